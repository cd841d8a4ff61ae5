"""The first script of somebody who learns the ORM: models, a session, and everything in one file."""

from typing import List, Optional

from sqlalchemy import ForeignKey, String, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    pass


class Owner(Base):
    __tablename__ = "owners"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    city: Mapped[Optional[str]]
    pets: Mapped[List["Pet"]] = relationship(back_populates="owner", cascade="all, delete-orphan")


class Pet(Base):
    __tablename__ = "pets"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    owner_id: Mapped[int] = mapped_column(ForeignKey("owners.id"))
    owner: Mapped["Owner"] = relationship(back_populates="pets")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

session = Session(engine)
session.add(Owner(name="Mia", pets=[Pet(name="Rex")]))
session.commit()

session.add_all([Owner(name="Tom"), Owner(name="Kim", city="Bern", pets=[Pet(name="Ida")])])
session.flush()
print(session.scalar(select(func.count()).select_from(Owner)))
session.commit()

stmt = select(Owner).where(Owner.name == "Mia")
mia = session.scalars(stmt).one()
mia.city = "Basel"
print(session.scalars(select(Owner.city).distinct()).all())
session.rollback()

for owner in session.scalars(select(Owner).options(joinedload(Owner.pets)).order_by(Owner.id)).unique():
    print(owner.name, len(owner.pets))

stmt = select(Pet).join(Pet.owner).where(Owner.city == "Bern").options(selectinload(Pet.owner))
for pet in session.scalars(stmt):
    print(pet.name, pet.owner.name)

print(session.query(Owner).filter(Owner.city.is_(None)).order_by(Owner.name).all())
print(session.query(Pet).filter_by(name="Rex").count())
session.close()

with Session(engine) as session:
    session.add(Owner(name="Lou"))
    session.commit()
    print(session.scalars(select(Owner).order_by(Owner.name.desc()).limit(1)).first())

with engine.connect() as connection:
    print(connection.execute(select(Owner.name)).all())
