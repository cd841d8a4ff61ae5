from fastapi import FastAPI

from shop.routers import orders, products, users

app = FastAPI(title="Shop")
app.include_router(users.router)
app.include_router(products.router)
app.include_router(orders.router)
