/** Every bundled release starts in the sandbox with all that is changed in it, and shows what is read and written. */
import { expect, test } from 'vitest';
import { readManifest } from '../../server/src/render/libraries.ts';
import { runtimeFiles } from '../../server/src/render/runtimeFiles.ts';
import { useAsking } from './engine.ts';

const asking = useAsking();
const { libraries } = readManifest(runtimeFiles().librariesDir);
const releases = (of: string): string[] =>
  libraries.filter(({ library }) => library === of).map(({ fullVersion }) => fullVersion);

const app = `
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import Session, declarative_base, relationship

Base = declarative_base()

class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    name = Column(String(20))
    posts = relationship("Post")

class Post(Base):
    __tablename__ = "posts"
    id = Column(Integer, primary_key=True)
    user_id = Column(ForeignKey("users.id"))
`;

test.each(releases('sqlalchemy'))('SQLAlchemy %s', async (release) => {
  const sent = async (body: string): Promise<unknown> => {
    const view = await asking.viewAtEnd(`${app}${body}`, 'app.py', { 'requirements.txt': `sqlalchemy==${release}\n` });
    return [view?.ormVersion, view?.reason, ...(view?.statements ?? []).map(({ sql }) => sql.split(' ')[0])];
  };
  expect(
    await sent('\ndef find(session: Session, name):\n    return session.query(User).filter_by(name=name).first()\n'),
  ).toEqual([release, null, 'SELECT']);
  expect(
    await sent(
      '\ndef add(session: Session, name):\n    session.add(User(name=name, posts=[Post()]))\n    session.commit()\n',
    ),
  ).toEqual([release, null, 'BEGIN', 'INSERT', 'INSERT', 'COMMIT']);
});

test.each(releases('django'))('Django %s', async (release) => {
  const site = {
    'manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n',
    'settings.py': 'INSTALLED_APPS = ["blog"]\n',
    'requirements.txt': `django==${release}\n`,
    'blog/__init__.py': '',
    'blog/models.py':
      'from django.db import models\n\nclass Post(models.Model):\n    title = models.CharField(max_length=20)\n',
  };
  const sent = async (body: string): Promise<unknown> => {
    const imports = 'from django import forms\nfrom rest_framework import serializers\nfrom blog.models import Post\n';
    const view = await asking.viewAtEnd(`${imports}${body}`, 'blog/views.py', site);
    return [view?.ormVersion, view?.reason, ...(view?.statements ?? []).map(({ sql }) => sql.split(' ')[0])];
  };
  expect(await sent('\ndef find(title):\n    return Post.objects.filter(title=title).first()\n')).toEqual([
    release,
    null,
    'SELECT',
  ]);
  const meta = '    class Meta:\n        model = Post\n        fields = ["title"]\n';
  expect(
    await sent(`
class PostForm(forms.ModelForm):
${meta}
def add(request):
    form = PostForm(request.POST)
    if form.is_valid():
        form.save()
`),
  ).toEqual([release, null, 'INSERT']);
  expect(
    await sent(`
class PostSerializer(serializers.ModelSerializer):
${meta}
def add(request):
    serializer = PostSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    serializer.save()
`),
  ).toEqual([release, null, 'INSERT']);
});
