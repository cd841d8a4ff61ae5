"""The shop: a search with several filters, aggregates, custom querysets, and statements that change rows."""

from django.db import transaction
from django.db.models import Avg, Count, F, Q
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from shop.models import Category, Order, Product


@require_GET
def search(request):
    products = Product.objects.available().select_related("category")
    q = request.GET.get("q")
    if q:
        products = products.search(q)
    category = request.GET.get("category")
    if category:
        products = products.filter(Q(category__name=category) | Q(category__parent__name=category))
    max_price = request.GET.get("max_price")
    if max_price:
        products = products.filter(price__lte=max_price)
    rows = [
        {"name": product.name, "category": product.category.name, "price": product.price}
        for product in products.order_by("price")[:20]
    ]
    return JsonResponse({"products": rows})


@require_GET
def product_detail(request, slug):
    product = get_object_or_404(Product.objects.available(), slug=slug)
    return JsonResponse({"name": product.name, "price": product.price})


@require_GET
def category_report(request):
    categories = Category.objects.annotate(
        count=Count("products", filter=Q(products__is_published=True)),
        average=Avg("products__price"),
    ).filter(count__gt=0)
    return JsonResponse({"categories": list(categories.order_by("name").values("name", "count", "average"))})


@require_GET
def bestsellers(request):
    products = Product.objects.with_revenue().filter(revenue__isnull=False).order_by("-revenue")[:10]
    return JsonResponse({"products": list(products.values("name", "revenue"))})


@require_GET
def open_orders(request):
    orders = (
        Order.objects.filter(status=Order.Status.OPEN)
        .select_related("customer")
        .prefetch_related("lines__product")
    )
    rows = [
        {"customer": order.customer.username, "products": [line.product.name for line in order.lines.all()]}
        for order in orders
    ]
    return JsonResponse({"orders": rows})


@require_GET
def prices(request):
    rows = []
    for product in Product.objects.filter(is_published=True):
        # One query per product. The quick fix loads the categories with the products.
        rows.append({"name": product.name, "category": product.category.name, "price": product.price})
    return JsonResponse({"prices": rows})


@require_GET
def never_ordered(request):
    products = Product.objects.raw(
        "SELECT id, name FROM shop_product"
        " WHERE NOT EXISTS (SELECT 1 FROM shop_orderline WHERE product_id = shop_product.id)"
        " ORDER BY name LIMIT %s",
        [20],
    )
    return JsonResponse({"products": [product.name for product in products]})


@require_POST
def pay(request, order_id):
    with transaction.atomic():
        order = get_object_or_404(Order.objects.select_for_update(), pk=order_id, status=Order.Status.OPEN)
        for line in order.lines.all():
            Product.objects.filter(pk=line.product_id).update(stock=F("stock") - line.quantity)
        order.status = Order.Status.PAID
        order.save(update_fields=["status"])
    return JsonResponse({"status": order.status})


@require_POST
def forget_cancelled(request):
    deleted, _ = Order.objects.filter(status=Order.Status.CANCELLED).delete()
    return JsonResponse({"deleted": deleted})
