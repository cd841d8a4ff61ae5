"""Placing an order: rows that are flushed together, and everything loaded that the answer needs."""

from fastapi import APIRouter, HTTPException
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from shop.database import SessionDep
from shop.models import Coupon, Order, OrderItem, Product, User
from shop.schemas import OrderLine

router = APIRouter(prefix="/orders", tags=["orders"])


@router.post("/", status_code=201)
def place_order(customer_id: int, lines: list[OrderLine], session: SessionDep) -> dict[str, int]:
    customer = session.get_one(User, customer_id)
    order = Order(customer=customer)
    session.add(order)
    for line in lines:
        product = session.get(Product, line.product_id, with_for_update=True)
        if product is None or product.stock < line.quantity:
            raise HTTPException(409, f"not enough of product {line.product_id}")
        product.stock -= line.quantity
        order.items.append(OrderItem(product=product, quantity=line.quantity, unit_price=product.price))
    session.commit()
    return {"id": order.id}


@router.get("/open")
def open_orders(session: SessionDep) -> list[dict]:
    stmt = (
        select(Order)
        .where(Order.status == "open")
        .options(joinedload(Order.customer), selectinload(Order.items).joinedload(OrderItem.product))
        .order_by(Order.id)
    )
    return [
        {"customer": order.customer.name, "products": [item.product.name for item in order.items]}
        for order in session.scalars(stmt)
    ]


@router.get("/coupons/{code}")
def coupon_percent(code: str, session: SessionDep) -> int:
    stmt = select(Coupon.percent).where(Coupon.code == code, Coupon.valid_until > func.now())
    return session.scalar(stmt) or 0
