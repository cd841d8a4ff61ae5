"""The models that the examples on expressions ask for."""

from django.db import models


class Company(models.Model):
    name = models.CharField(max_length=100)
    ticker = models.CharField(max_length=10, null=True)
    num_employees = models.IntegerField(default=0)
    num_tables = models.IntegerField(default=0)
    num_chairs = models.IntegerField(default=0)
    based_in_eu = models.BooleanField(default=False)


class Reporter(models.Model):
    name = models.CharField(max_length=100)
    stories_filed = models.IntegerField(default=0)


class Post(models.Model):
    title = models.CharField(max_length=20)
    published_at = models.DateTimeField(auto_now_add=True)


class Comment(models.Model):
    post = models.ForeignKey(Post, on_delete=models.CASCADE)
    email = models.EmailField()
    created_at = models.DateTimeField(auto_now_add=True)
    length = models.IntegerField(default=0)


class Ticket(models.Model):
    active_at = models.DateTimeField()
    duration = models.DurationField()


class Movie(models.Model):
    title = models.CharField(max_length=50)
    rating = models.IntegerField()
    studio = models.CharField(max_length=20)
    genre = models.CharField(max_length=20)
    released = models.DateField()
