INSERT INTO auth_user (id, username, first_name, last_name, email, password, is_superuser, is_staff, is_active, date_joined) VALUES
  (1, 'ada', 'Ada', '', 'ada@example.com', '!', 0, 0, 1, '2026-03-02 10:00:00'),
  (2, 'grace', 'Grace', '', 'grace@example.com', '!', 0, 0, 1, '2026-03-05 12:30:00'),
  (3, 'helpdesk', '', '', 'help@example.com', '!', 0, 1, 1, '2026-03-02 09:30:00');

INSERT INTO shop_category (id, name, parent_id) VALUES (1, 'home', NULL), (2, 'kitchen', 1), (3, 'office', NULL), (4, 'garden', NULL);

INSERT INTO shop_product (id, name, slug, price, stock, created_at, category_id, is_published) VALUES
  (1, 'Teapot', 'teapot', 24.90, 12, '2026-03-02 10:00:00', 2, 1),
  (2, 'Bread knife', 'bread-knife', 18.50, 0, '2026-03-02 10:00:00', 2, 1),
  (3, 'Desk lamp', 'desk-lamp', 39.00, 5, '2026-03-03 10:00:00', 3, 1),
  (4, 'Notebook', 'notebook', 4.20, 200, '2026-03-03 10:00:00', 3, 1),
  (5, 'Hammock', 'hammock', 59.00, 2, '2026-03-20 10:00:00', 4, 0);

INSERT INTO shop_order (id, status, placed_at, customer_id) VALUES
  (1, 'paid', '2026-04-02 10:00:00', 1),
  (2, 'open', '2026-04-20 18:05:00', 1),
  (3, 'open', '2026-04-21 07:40:00', 2),
  (4, 'cancelled', '2026-04-22 15:00:00', 2);

INSERT INTO shop_orderline (id, quantity, unit_price, order_id, product_id) VALUES
  (1, 1, 24.90, 1, 1),
  (2, 10, 4.20, 1, 4),
  (3, 1, 39.00, 2, 3),
  (4, 2, 4.20, 3, 4);

INSERT INTO support_chat (id, started_at, order_id) VALUES
  (1, '2026-04-03 09:00:00', 1),
  (2, '2026-04-21 08:00:00', NULL);

INSERT INTO support_chat_participants (id, chat_id, user_id) VALUES (1, 1, 1), (2, 1, 3), (3, 2, 2), (4, 2, 3);

INSERT INTO support_message (id, text, is_read, sent_at, chat_id, sender_id) VALUES
  (1, 'The lid of my teapot is cracked.', 1, '2026-04-03 09:00:00', 1, 1),
  (2, 'We send you another one.', 1, '2026-04-03 09:20:00', 1, 3),
  (3, 'When will my order leave?', 0, '2026-04-21 08:00:00', 2, 2),
  (4, 'And can I add a lamp?', 0, '2026-04-21 08:01:00', 2, 2);
