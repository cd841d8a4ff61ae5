"""What the API answers with."""

from decimal import Decimal

from pydantic import BaseModel, ConfigDict


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class PostOut(Out):
    id: int
    title: str
    body: str


class UserOut(Out):
    id: int
    name: str
    email: str
    posts: list[PostOut]


class ProductOut(Out):
    id: int
    name: str
    category: str
    price: Decimal
    in_stock: bool


class CategorySales(Out):
    category: str
    sold: int
    revenue: Decimal


class Customer(Out):
    name: str
    orders: int


class OrderLine(BaseModel):
    product_id: int
    quantity: int
