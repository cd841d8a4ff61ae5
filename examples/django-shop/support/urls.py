from django.urls import path

from support import views

urlpatterns = [
    path("waiting/", views.waiting),
    path("chats/", views.my_chats),
    path("chats/<int:pk>/", views.chat_detail),
    path("chats/<int:pk>/read/", views.mark_read),
    path("chats/<int:pk>/answer/", views.answer),
    path("chats/<int:pk>/rate/", views.rate),
]
