from django.urls import path

from shop import views

urlpatterns = [
    path("", views.search),
    path("products/<slug:slug>/", views.product_detail),
    path("categories/", views.category_report),
    path("bestsellers/", views.bestsellers),
    path("orders/", views.open_orders),
    path("orders/<int:order_id>/pay/", views.pay),
    path("orders/forget-cancelled/", views.forget_cancelled),
    path("prices/", views.prices),
    path("never-ordered/", views.never_ordered),
]
