"""The models that the examples on PostgreSQL ask for."""

from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=100)
    dialogue = models.TextField()


class Blog(models.Model):
    name = models.CharField(max_length=100)
    tagline = models.TextField()


class Entry(models.Model):
    blog = models.ForeignKey(Blog, on_delete=models.CASCADE)
    body_text = models.TextField()
    headline = models.CharField(max_length=255)


class Room(models.Model):
    number = models.IntegerField(unique=True)


class HotelReservation(models.Model):
    room = models.ForeignKey("Room", on_delete=models.CASCADE)
    start = models.DateTimeField()
    end = models.DateTimeField()
    requirements = models.JSONField(blank=True, null=True)
