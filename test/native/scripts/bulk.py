"""Many rows at once, of classes that inherit from each other, with what the database gives back."""

from sqlalchemy import ForeignKey, bindparam, create_engine, delete, insert, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Employee(Base):
    __tablename__ = "employees"
    __mapper_args__ = {"polymorphic_identity": "employee", "polymorphic_on": "kind"}

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]


class Manager(Employee):
    __tablename__ = "managers"
    __mapper_args__ = {"polymorphic_identity": "manager"}

    id: Mapped[int] = mapped_column(ForeignKey("employees.id"), primary_key=True)
    budget: Mapped[int]


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
session = Session(engine)

session.execute(insert(Employee), [{"name": "Ada"}, {"name": "Bob"}])
session.execute(insert(Manager), [{"name": "Cy", "budget": 10}, {"name": "Di", "budget": 20}])
session.scalars(insert(Manager).returning(Manager), [{"name": "Ed", "budget": 1}, {"name": "Flo", "budget": 2}]).all()
session.scalars(
    insert(Employee).returning(Employee, sort_by_parameter_order=True), [{"name": "Gil"}, {"name": "Hal"}]
).all()
session.execute(insert(Employee).values([{"name": "Ivo", "kind": "employee"}, {"name": "Jo", "kind": "employee"}]))
session.execute(update(Employee).where(Employee.name == "Ada").values(name="Ada L."))
session.execute(update(Employee), [{"id": 1, "name": "Ann"}, {"id": 2, "name": "Ben"}])
session.connection().execute(
    update(Employee).where(Employee.name == bindparam("old")).values(name=bindparam("new")),
    [{"old": "Ann", "new": "Anna"}],
)
session.execute(delete(Employee).where(Employee.id.in_([1, 2])))
session.add(Manager(name="Kai", budget=5))
session.commit()
print(session.scalars(select(Manager).where(Manager.budget > 4)).all())
