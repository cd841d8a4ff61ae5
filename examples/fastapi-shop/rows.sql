INSERT INTO users (id, name, email, is_active, created_at) VALUES
  (1, 'Ada', 'ada@example.com', 1, '2026-03-02 10:00:00'),
  (2, 'Grace', 'grace@example.com', 1, '2026-03-05 12:30:00'),
  (3, 'Linus', 'linus@example.com', 0, '2026-03-07 08:15:00');

INSERT INTO products (id, name, category, price, stock) VALUES
  (1, 'Teapot', 'kitchen', 24.90, 12),
  (2, 'Bread knife', 'kitchen', 18.50, 0),
  (3, 'Desk lamp', 'office', 39.00, 5),
  (4, 'Notebook', 'office', 4.20, 200),
  (5, 'Hammock', 'garden', 59.00, 2);

INSERT INTO tags (id, name) VALUES (1, 'review'), (2, 'question');

INSERT INTO posts (id, author_id, product_id, title, body, created_at) VALUES
  (1, 1, 1, 'Pours without a drip', 'The best teapot I have had.', '2026-03-10 09:00:00'),
  (2, 1, 3, 'How bright is it?', 'Is there a stronger bulb?', '2026-03-11 17:20:00'),
  (3, 2, 1, 'Smaller than I thought', 'Two cups, not three.', '2026-03-12 20:45:00'),
  (4, 2, NULL, 'Opening hours', 'Are you open on Sundays?', '2026-03-15 11:10:00');

INSERT INTO post_tags (post_id, tag_id) VALUES (1, 1), (2, 2), (3, 1), (4, 2);

INSERT INTO orders (id, customer_id, status, created_at) VALUES
  (1, 1, 'paid', '2026-04-02 10:00:00'),
  (2, 1, 'open', '2026-04-20 18:05:00'),
  (3, 2, 'open', '2026-04-21 07:40:00');

INSERT INTO order_items (id, order_id, product_id, quantity, unit_price) VALUES
  (1, 1, 1, 1, 24.90),
  (2, 1, 4, 10, 4.20),
  (3, 2, 3, 1, 39.00),
  (4, 3, 4, 2, 4.20),
  (5, 3, 5, 1, 59.00);
