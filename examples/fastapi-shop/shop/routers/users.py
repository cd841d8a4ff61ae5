"""Users and what they write: joins, eager loading, one row by key, and a lazy load in a loop."""

from fastapi import APIRouter, HTTPException
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from shop.database import SessionDep
from shop.models import Order, Post, Tag, User
from shop.schemas import Customer, PostOut, UserOut

router = APIRouter(prefix="/users", tags=["users"])


@router.get("/by-name/{name}", response_model=list[UserOut])
def users_by_name(name: str, session: SessionDep):
    stmt = select(User).where(User.name == name).options(joinedload(User.posts))
    return session.scalars(stmt).unique().all()


@router.get("/{user_id}", response_model=UserOut)
def get_user(user_id: int, session: SessionDep):
    user = session.get(User, user_id)
    if user is None:
        raise HTTPException(404, "no such user")
    return user


@router.get("/{user_id}/posts", response_model=list[PostOut])
def posts_of(user_id: int, session: SessionDep, tag: str | None = None):
    # Two shapes of one query: with the tag, and without.
    stmt = select(Post).join(Post.author).where(User.id == user_id)
    if tag:
        stmt = stmt.join(Post.tags).where(Tag.name == tag)
    stmt = stmt.options(selectinload(Post.tags)).order_by(Post.created_at.desc())
    return session.scalars(stmt).all()


@router.get("/", response_model=list[Customer])
def best_customers(session: SessionDep, limit: int = 10):
    stmt = (
        select(User.name, func.count(Order.id).label("orders"))
        .join(User.orders)
        .where(User.is_active, Order.status != "cancelled")
        .group_by(User.id)
        .having(func.count(Order.id) > 0)
        .order_by(func.count(Order.id).desc(), User.name)
        .limit(limit)
    )
    return session.execute(stmt).all()


@router.get("/reports/titles")
def titles_by_user(session: SessionDep) -> dict[str, list[str]]:
    titles = {}
    for user in session.scalars(select(User).order_by(User.name)):
        # One query per user. The quick fix loads the posts with the users.
        titles[user.name] = [post.title for post in user.posts]
    return titles
