-- Made by examples/make_database.py; change the migrations or rows.sql instead.
PRAGMA foreign_keys = OFF;
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('e27a6c918f50');
CREATE TABLE order_items (
	id INTEGER NOT NULL, 
	order_id INTEGER NOT NULL, 
	product_id INTEGER NOT NULL, 
	quantity INTEGER NOT NULL, 
	unit_price NUMERIC(10, 2) NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(order_id) REFERENCES orders (id) ON DELETE CASCADE, 
	FOREIGN KEY(product_id) REFERENCES products (id), 
	UNIQUE (order_id, product_id)
);
INSERT INTO "order_items" VALUES(1,1,1,1,24.9);
INSERT INTO "order_items" VALUES(2,1,4,10,4.2);
INSERT INTO "order_items" VALUES(3,2,3,1,39);
INSERT INTO "order_items" VALUES(4,3,4,2,4.2);
INSERT INTO "order_items" VALUES(5,3,5,1,59);
CREATE TABLE orders (
	id INTEGER NOT NULL, 
	customer_id INTEGER NOT NULL, 
	status VARCHAR(10) NOT NULL, 
	created_at DATETIME DEFAULT (CURRENT_TIMESTAMP) NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(customer_id) REFERENCES users (id)
);
INSERT INTO "orders" VALUES(1,1,'paid','2026-04-02 10:00:00');
INSERT INTO "orders" VALUES(2,1,'open','2026-04-20 18:05:00');
INSERT INTO "orders" VALUES(3,2,'open','2026-04-21 07:40:00');
CREATE TABLE post_tags (
	post_id INTEGER NOT NULL, 
	tag_id INTEGER NOT NULL, 
	PRIMARY KEY (post_id, tag_id), 
	FOREIGN KEY(post_id) REFERENCES posts (id) ON DELETE CASCADE, 
	FOREIGN KEY(tag_id) REFERENCES tags (id) ON DELETE CASCADE
);
INSERT INTO "post_tags" VALUES(1,1);
INSERT INTO "post_tags" VALUES(2,2);
INSERT INTO "post_tags" VALUES(3,1);
INSERT INTO "post_tags" VALUES(4,2);
CREATE TABLE posts (
	id INTEGER NOT NULL, 
	author_id INTEGER NOT NULL, 
	product_id INTEGER, 
	title VARCHAR(200) NOT NULL, 
	body TEXT NOT NULL, 
	created_at DATETIME DEFAULT (CURRENT_TIMESTAMP) NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(author_id) REFERENCES users (id), 
	FOREIGN KEY(product_id) REFERENCES products (id)
);
INSERT INTO "posts" VALUES(1,1,1,'Pours without a drip','The best teapot I have had.','2026-03-10 09:00:00');
INSERT INTO "posts" VALUES(2,1,3,'How bright is it?','Is there a stronger bulb?','2026-03-11 17:20:00');
INSERT INTO "posts" VALUES(3,2,1,'Smaller than I thought','Two cups, not three.','2026-03-12 20:45:00');
INSERT INTO "posts" VALUES(4,2,NULL,'Opening hours','Are you open on Sundays?','2026-03-15 11:10:00');
CREATE TABLE products (
	id INTEGER NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	category VARCHAR(30) NOT NULL, 
	price NUMERIC(10, 2) NOT NULL, 
	stock INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO "products" VALUES(1,'Teapot','kitchen',24.9,12);
INSERT INTO "products" VALUES(2,'Bread knife','kitchen',18.5,0);
INSERT INTO "products" VALUES(3,'Desk lamp','office',39,5);
INSERT INTO "products" VALUES(4,'Notebook','office',4.2,200);
INSERT INTO "products" VALUES(5,'Hammock','garden',59,2);
CREATE TABLE tags (
	id INTEGER NOT NULL, 
	name VARCHAR(30) NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO "tags" VALUES(1,'review');
INSERT INTO "tags" VALUES(2,'question');
CREATE TABLE users (
	id INTEGER NOT NULL, 
	name VARCHAR(50) NOT NULL, 
	email VARCHAR(120) NOT NULL, 
	is_active BOOLEAN NOT NULL, 
	created_at DATETIME DEFAULT (CURRENT_TIMESTAMP) NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (email)
);
INSERT INTO "users" VALUES(1,'Ada','ada@example.com',1,'2026-03-02 10:00:00');
INSERT INTO "users" VALUES(2,'Grace','grace@example.com',1,'2026-03-05 12:30:00');
INSERT INTO "users" VALUES(3,'Linus','linus@example.com',0,'2026-03-07 08:15:00');
CREATE INDEX ix_users_name ON users (name);
CREATE INDEX ix_posts_author_id ON posts (author_id);
CREATE INDEX ix_orders_customer_id ON orders (customer_id);
CREATE INDEX ix_products_category_price ON products (category, price);
COMMIT;
