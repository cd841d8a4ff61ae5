/** The smallest mapping that most tests about SQLAlchemy can do with; they add to it what they are about. */
export const users = `
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

`;

/** A small Django project in which things are written, for what checks and saves its data. */
export const press = {
  'manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n',
  'settings.py': 'INSTALLED_APPS = ["press", "rest_framework"]\n',
  'press/__init__.py': '',
  'press/models.py': `
from django.db import models

class Author(models.Model):
    name = models.CharField(max_length=80)
    email = models.EmailField(unique=True)

class Tag(models.Model):
    word = models.CharField(max_length=20)

class Article(models.Model):
    title = models.CharField(max_length=80)
    author = models.ForeignKey(Author, on_delete=models.CASCADE)
    tags = models.ManyToManyField(Tag, blank=True)

class Plan(models.Model):
    drawing = models.FileField()

class Booking(models.Model):
    seat = models.CharField(max_length=5)
    day = models.DateField()

    class Meta:
        unique_together = [("seat", "day")]
`,
};
