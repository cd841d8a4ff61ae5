"""The support chat: filters across relations, prefetching, counting, and an update of many rows."""

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max, Prefetch, Q
from django.db.models.functions import Now
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from support.models import Chat, Message, Rating


@require_GET
def waiting(request):
    # A join for each unread message: a chat comes back once per message without distinct().
    chats = Chat.objects.filter(messages__is_read=False)
    return JsonResponse({"waiting": list(chats.distinct().values_list("pk", flat=True))})


@require_GET
@login_required
def my_chats(request):
    unread = Count("messages", filter=Q(messages__is_read=False) & ~Q(messages__sender=request.user))
    chats = Chat.objects.of(request.user).annotate(unread=unread, latest=Max("messages__sent_at")).order_by("-latest")
    if request.GET.get("unread"):
        chats = chats.filter(unread__gt=0)
    return JsonResponse({"chats": list(chats.values("pk", "unread", "latest"))})


@require_GET
@login_required
def chat_detail(request, pk):
    messages = Prefetch("messages", queryset=Message.objects.select_related("sender"))
    chat = get_object_or_404(Chat.objects.of(request.user).prefetch_related("participants", messages), pk=pk)
    return JsonResponse(
        {
            "participants": [user.username for user in chat.participants.all()],
            "messages": [{"from": message.sender.username, "text": message.text} for message in chat.messages.all()],
        }
    )


@require_POST
@login_required
def mark_read(request, pk):
    unread = Message.objects.filter(chat=pk, chat__participants=request.user, is_read=False)
    return JsonResponse({"updated": unread.exclude(sender=request.user).update(is_read=True)})


@require_POST
@login_required
def answer(request, pk):
    chat = Chat.objects.get(pk=pk, participants=request.user)
    message = chat.messages.create(sender=request.user, text=request.POST["text"])
    return JsonResponse({"id": message.pk})


@require_POST
@login_required
def rate(request, pk):
    chat = get_object_or_404(Chat.objects.of(request.user), pk=pk)
    rating, created = Rating.objects.update_or_create(chat=chat, defaults={"stars": request.POST["stars"]})
    Chat.objects.filter(pk=pk, closed_at__isnull=True).update(closed_at=Now())
    return JsonResponse({"rating": rating.pk, "created": created})
