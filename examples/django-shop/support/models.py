from django.conf import settings
from django.db import models


class ChatQuerySet(models.QuerySet):
    def of(self, user):
        return self.filter(participants=user)

    def unread(self):
        return self.filter(messages__is_read=False).distinct()


class ChatManager(models.Manager.from_queryset(ChatQuerySet)):
    def start(self, *users, text):
        chat = self.create()
        chat.participants.add(*users)
        chat.messages.create(sender=users[0], text=text)
        return chat


class Chat(models.Model):
    participants = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="chats")
    order = models.ForeignKey("shop.Order", null=True, blank=True, on_delete=models.SET_NULL, related_name="chats")
    started_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ChatManager()


class Message(models.Model):
    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="messages")
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="messages")
    text = models.TextField()
    is_read = models.BooleanField(default=False)
    sent_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        ordering = ["sent_at"]


class Rating(models.Model):
    chat = models.OneToOneField(Chat, on_delete=models.CASCADE, primary_key=True)
    stars = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)
