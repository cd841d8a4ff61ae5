/** Forms of which the library is not at hand: their fields are called as the program calls them. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

const asking = useAsking();

test('the fields of a form', async () => {
  const view = await asking.viewAtEnd(`
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField

db = SQLAlchemy()

class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.Text)
    email = db.Column(db.Text)
    hash = db.Column(db.Text)

class AccountForm(FlaskForm):
    email = StringField("Mail")

class RegistrationForm(AccountForm):
    name = StringField("Name")
    password = PasswordField("Password")

def register(hashed):
    form = RegistrationForm()
    if form.validate_on_submit():
        db.session.add(User(name=form.name.data, email=form.email.data, hash=hashed(form.password.data)))
        db.session.commit()
`);
  expect(view?.status).toBe('exact');
  expect(view?.statements[1]?.params).toEqual([
    { name: 'name', hole: 'form.name.data' },
    { name: 'email', hole: 'form.email.data' },
    { name: 'hash', hole: 'hashed(form.password.data)' },
  ]);
});
