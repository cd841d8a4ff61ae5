"""The catalogue: a search with several filters, a hybrid property, statements that change rows, SQL by hand."""

from decimal import Decimal

from fastapi import APIRouter
from sqlalchemy import delete, func, or_, select, text, update

from shop.database import SessionDep
from shop.models import OrderItem, Post, Product
from shop.schemas import CategorySales, ProductOut

router = APIRouter(prefix="/products", tags=["products"])


@router.get("/", response_model=list[ProductOut])
def search(
    session: SessionDep,
    q: str | None = None,
    category: str | None = None,
    max_price: Decimal | None = None,
    available: bool = False,
    page: int = 1,
):
    stmt = select(Product)
    if q:
        stmt = stmt.where(or_(Product.name.icontains(q), Product.category == q))
    if category:
        stmt = stmt.where(Product.category == category)
    if max_price is not None:
        stmt = stmt.where(Product.price <= max_price)
    if available:
        stmt = stmt.where(Product.in_stock)
    return session.scalars(stmt.order_by(Product.name).limit(20).offset((page - 1) * 20)).all()


@router.get("/sales", response_model=list[CategorySales])
def sales_by_category(session: SessionDep):
    revenue = func.sum(OrderItem.quantity * OrderItem.unit_price)
    stmt = (
        select(Product.category, func.sum(OrderItem.quantity).label("sold"), revenue.label("revenue"))
        .join(OrderItem, OrderItem.product_id == Product.id)
        .group_by(Product.category)
        .order_by(revenue.desc())
    )
    return session.execute(stmt).all()


@router.get("/unloved", response_model=list[ProductOut])
def without_posts(session: SessionDep):
    written_about = select(Post.id).where(Post.product_id == Product.id).exists()
    return session.scalars(select(Product).where(~written_about).order_by(Product.id)).all()


@router.post("/sale")
def cut_prices(category: str, percent: int, session: SessionDep) -> dict[str, int]:
    stmt = update(Product).where(Product.category == category).values(price=Product.price * (100 - percent) / 100)
    result = session.execute(stmt)
    session.commit()
    return {"updated": result.rowcount}


@router.delete("/sold-out")
def remove_sold_out(session: SessionDep) -> dict[str, int]:
    ordered = select(OrderItem.product_id)
    discussed = select(Post.product_id).where(Post.product_id.is_not(None))
    stmt = delete(Product).where(Product.stock == 0, Product.id.not_in(ordered), Product.id.not_in(discussed))
    result = session.execute(stmt)
    session.commit()
    return {"deleted": result.rowcount}


@router.get("/cheapest")
def cheapest_per_category(session: SessionDep) -> dict[str, float]:
    rows = session.execute(
        text("""
            SELECT category, min(price) AS price  -- the cheapest of each
            FROM products
            WHERE stock > :least
            GROUP BY category
            ORDER BY category
        """),
        {"least": 0},
    )
    return {row.category: row.price for row in rows}
