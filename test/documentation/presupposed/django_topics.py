"""The models that the examples on instances, relations and search ask for."""

from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=100)


class Blog(models.Model):
    name = models.CharField(max_length=100)
    tagline = models.TextField(default="")


class Entry(models.Model):
    blog = models.ForeignKey(Blog, on_delete=models.CASCADE)
    headline = models.CharField(max_length=255)
    body_text = models.TextField()


class Product(models.Model):
    name = models.CharField(max_length=100)
    number_sold = models.IntegerField(default=0)
