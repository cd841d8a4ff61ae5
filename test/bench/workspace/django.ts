/** A workspace on Django: apps with models, querysets, views, services, migrations, tests. */
import { type Area, type Entity, type Field, type FieldType, fieldOf, plural, someStatus } from './domain.ts';
import { type GeneratedFile, indent, python } from './file.ts';
import type { Random } from '../../harness/random.ts';
import { remarks } from './words.ts';

export function projectFiles(areas: readonly Area[]): GeneratedFile[] {
  const apps = areas.map(({ module }) => `    "${module}",`).join('\n');
  return [
    { path: 'requirements.txt', kind: 'project', text: 'Django==5.2.19\npsycopg[binary]==3.3.2\n' },
    {
      path: 'manage.py',
      kind: 'plain',
      text: `"""Django's command line."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    execute_from_command_line(sys.argv)
`,
    },
    { path: 'config/__init__.py', kind: 'plain', text: '"""Settings of the project."""\n' },
    {
      path: 'config/settings.py',
      kind: 'plain',
      text: `"""Settings; see https://docs.djangoproject.com/en/5.2/ref/settings/."""

import os

SECRET_KEY = os.environ.get("SECRET_KEY", "only-for-development")
DEBUG = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "core",
${apps}
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "business",
    }
}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
`,
    },
    { path: 'core/__init__.py', kind: 'plain', text: '"""What all apps share."""\n' },
    {
      path: 'core/models.py',
      kind: 'models',
      text: `"""Abstract models and querysets that the apps build on."""

from django.db import models


class StatusQuerySet(models.QuerySet):
    def with_status(self, *statuses):
        return self.filter(status__in=statuses)

    def newest(self):
        return self.order_by("-pk")


class TimestampedModel(models.Model):
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
`,
    },
  ];
}

// ---------------------------------------------------------------- models

export function modelsModule(area: Area, random: Random): string {
  const others = area.entities
    .flatMap(({ parents }) => parents.map(({ entity }) => entity))
    .filter((e) => e.area !== area);
  const imports = [...new Set(others.map((e) => `from ${e.area.module}.models import ${e.name}`))].sort().join('\n');
  return python(
    `"""The models of ${area.module}. ${random.pick(remarks)}."""`,
    `from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone

from core.models import StatusQuerySet, TimestampedModel
${imports}`,
    ...area.entities.flatMap((entity) => model(entity, random)),
  );
}

function model(entity: Entity, random: Random): string[] {
  const [name, flag] = [fieldOf(entity, 'string').name, fieldOf(entity, 'flag').name];
  const hasQuerySet = random.chance(0.4);
  const querySet = `class ${entity.name}QuerySet(StatusQuerySet):
    def ready(self):
        return self.filter(${flag}=True).exclude(status="${someStatus(random)}")

    def called(self, ${name}):
        return self.filter(${name}__${random.pick(['icontains', 'iexact', 'startswith'])}=${name})
`;
  const fields = [
    ...entity.fields.map((field) => fieldDeclaration(field, random)),
    ...entity.parents.map(({ name, entity: parent, children, optional }) => {
      const related = children ?? plural(entity.variable);
      const rest = optional ? 'null=True, blank=True, on_delete=models.SET_NULL' : 'on_delete=models.CASCADE';
      return `${name} = models.ForeignKey(${parent.name}, ${rest}, related_name="${related}")`;
    }),
    ...(entity.linked
      ? [
          `${entity.linked.name} = models.ManyToManyField(${entity.linked.entity.name}, related_name="${entity.linked.back}", blank=True)`,
        ]
      : []),
  ];
  return [
    ...(hasQuerySet ? [querySet] : []),
    `class ${entity.name}(${random.chance(0.6) ? 'TimestampedModel' : 'models.Model'}):
    """One ${entity.variable.replaceAll('_', ' ')}. ${random.pick(remarks)}."""

${indent(fields.join('\n'))}
${hasQuerySet ? `\n    objects = ${entity.name}QuerySet.as_manager()\n` : ''}
    class Meta:
        ordering = [${random.chance(0.5) ? `"${name}"` : '"pk"'}]
${random.chance(0.3) ? `        indexes = [models.Index(fields=["status", "${name}"], name="${entity.table.slice(0, 24)}_idx")]\n` : ''}
    def __str__(self):
        return f"{self.${name}} ({self.status})"

    def age_in_days(self, now=None):
        return ((now or timezone.now()) - timezone.make_aware(timezone.datetime(${random.between(2001, 2025)}, 1, 1))).days
`,
  ];
}

function fieldDeclaration({ name, type, optional }: Field, random: Random): string {
  const missing = optional ? ', null=True, blank=True' : '';
  const declarations: Readonly<Record<FieldType, string>> = {
    string: `CharField(max_length=${random.between(20, 200)}${random.chance(0.2) ? ', db_index=True' : ''})`,
    text: 'TextField(blank=True)',
    number: `IntegerField(default=${random.between(0, 9)}, validators=[MinValueValidator(0)])`,
    money: 'DecimalField(max_digits=12, decimal_places=2, default=0)',
    flag: `BooleanField(default=${random.chance(0.5) ? 'True' : 'False'})`,
    day: `DateField(${missing.slice(2)})`,
    status: `CharField(max_length=20, default="${someStatus(random)}")`,
  };
  return `${name} = models.${declarations[type]}`;
}

// ---------------------------------------------------------------- queries

export const queryImports = `from __future__ import annotations

import datetime
import logging
from decimal import Decimal
from typing import Any, Iterable

from django.db import IntegrityError, transaction
from django.db.models import Avg, Case, Count, Exists, F, Max, OuterRef, Prefetch, Q, Subquery, Sum, Value, When
from django.shortcuts import get_object_or_404

logger = logging.getLogger(__name__)`;

/** A class with the queries of one entity. */
export function repository(entity: Entity, count: number, random: Random): string {
  const methods = random.some(queries, count).map((write) =>
    write(entity, random)
      .replace(/^def (\w+)\(/, 'def $1(self, ')
      .replace('(self, )', '(self)'),
  );
  return `class ${entity.name}Desk:
    """Reads and changes ${plural(entity.variable.replaceAll('_', ' '))}. ${random.pick(remarks)}."""

${indent(methods.map((method) => method.trim()).join('\n\n'))}
`;
}

export function queryFunction(entity: Entity, number: number, random: Random): string {
  return random
    .pick(queries)(entity, random)
    .replace(/def (\w+)\(/, `def $1_${entity.variable}_${number}(`);
}

type WriteQuery = (entity: Entity, random: Random) => string;

function loaders(entity: Entity, random: Random): string {
  const parents = random.some(entity.parents, 2).map(({ name }) => `"${name}"`);
  const children = random.some(entity.children, 1).map(({ name }) => `"${name}"`);
  const select = parents.length > 0 ? `.select_related(${parents.join(', ')})` : '';
  return `${select}${children.length > 0 ? `.prefetch_related(${children.join(', ')})` : ''}`;
}

function relationRead(entity: Entity, random: Random): string {
  const reads = [
    ...entity.parents.map(({ name, entity: parent }) => `row.${name}.${fieldOf(parent, 'string').name}`),
    ...entity.children.map(({ name }) => `row.${name}.count()`),
  ];
  return reads.length > 0 ? random.pick(reads) : `row.${fieldOf(entity, 'string').name}`;
}

const queries: readonly WriteQuery[] = [
  (e, random) => `def get(key: int) -> ${e.name}:
    return ${random.chance(0.4) ? `get_object_or_404(${e.name}, pk=key)` : `${e.name}.objects${loaders(e, random)}.get(pk=key)`}`,
  (e, random) => {
    const name = fieldOf(e, 'string').name;
    return `def find_by_${name}(${name}: str) -> ${e.name} | None:
    return ${e.name}.objects${loaders(e, random)}.filter(${name}=${name}).first()`;
  },
  (e, random) => {
    const [name, number, flag] = [fieldOf(e, 'string').name, fieldOf(e, 'number').name, fieldOf(e, 'flag').name];
    return `def search(text: str | None = None, status: str | None = None, least: int = 0, page: int = 1):
    """${random.pick(remarks)}."""
    rows = ${e.name}.objects${loaders(e, random)}.order_by("${random.chance(0.5) ? '-' : ''}${name}")
    if text:
        rows = rows.filter(Q(${name}__icontains=text) | Q(status=text))
    if status is not None:
        rows = rows.filter(status=status)
    else:
        rows = rows.filter(${flag}=True)
    if least > ${random.between(0, 9)}:
        rows = rows.filter(${number}__gte=least)
    return list(rows[(page - 1) * 20 : page * 20])`;
  },
  (e, random) => {
    const number = fieldOf(e, 'number').name;
    return `def count_by_status(least: int = ${random.between(1, 50)}) -> dict[str, int]:
    rows = (
        ${e.name}.objects.filter(${number}__gt=least)
        .values("status")
        .annotate(count=Count("pk"), best=${random.pick(['Max', 'Avg', 'Sum'])}("${number}"))
        .filter(count__gt=${random.between(0, 20)})
        .order_by("-count")
    )
    return {row["status"]: row["count"] for row in rows}`;
  },
  (e, random) => {
    const parent = e.parents[0];
    const filter = parent
      ? `${parent.name}__${fieldOf(parent.entity, 'string').name}=name`
      : `${fieldOf(e, 'string').name}=name`;
    return `def of(name: str):
    return list(${e.name}.objects.filter(${filter}).exclude(status="${someStatus(random)}")${loaders(e, random)})`;
  },
  (e, random) => `def describe_all(status: str = "${someStatus(random)}") -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = []
    for row in ${e.name}.objects.filter(status=status)${random.chance(0.4) ? loaders(e, random) : ''}:
        # ${random.pick(remarks)}.
        if row.${fieldOf(e, 'number').name} < ${random.between(1, 30)}:
            continue
        result.append({"id": row.pk, "about": ${relationRead(e, random)}, "status": row.status})
    return result`,
  (e, random) => `def close(keys: Iterable[int]) -> int:
    with transaction.atomic():
        changed = (
            ${e.name}.objects.filter(pk__in=keys)
            .exclude(status="${someStatus(random)}")
            .update(status="${someStatus(random)}", ${fieldOf(e, 'number').name}=F("${fieldOf(e, 'number').name}") + 1)
        )
    logger.info("%d ${e.table} were closed", changed)
    return changed`,
  (e, random) => `def purge() -> int:
    deleted, _ = ${e.name}.objects.filter(status="${someStatus(random)}", ${fieldOf(e, 'number').name}__lt=${random.between(1, 90)}).delete()
    return deleted`,
  (e, random) => `def add(values: dict[str, Any]) -> ${e.name}:
    try:
        with transaction.atomic():
            return ${e.name}.objects.create(**values)
    except IntegrityError:
        logger.exception("${e.name} %s is there already", values.get("${fieldOf(e, 'string').name}"))
        return ${e.name}.objects.filter(status="${someStatus(random)}").latest("pk")`,
  (e, random) => `def is_used(name: str) -> bool:
    return ${e.name}.objects.filter(${fieldOf(e, 'string').name}=name).exclude(status="${someStatus(random)}").exists()`,
  (e, random) => {
    const child = e.children[0];
    if (!child)
      return `def levels():
    level = Case(When(${fieldOf(e, 'number').name}__gt=${random.between(50, 900)}, then=Value("high")), default=Value("low"))
    return list(${e.name}.objects.annotate(level=level).values_list("level").annotate(Count("pk")))`;
    return `def with_latest(top: int = ${random.between(3, 50)}):
    newest = ${child.entity.name}.objects.filter(${child.parent}=OuterRef("pk")).order_by("-pk")
    rows = ${e.name}.objects.annotate(latest=Subquery(newest.values("status")[:1]), used=Exists(newest))
    return list(rows.filter(used=True).annotate(size=Count("${child.name}")).order_by("-size")[:top])`;
  },
  (e, random) => `def totals() -> dict[str, Any]:
    return ${e.name}.objects.filter(${fieldOf(e, 'flag').name}=${random.chance(0.5) ? 'True' : 'False'}).aggregate(
        total=Sum("${fieldOf(e, 'number').name}"), average=Avg("${fieldOf(e, 'number').name}"), best=Max("${fieldOf(e, 'number').name}")
    )`,
  (e, random) => `def sorted_by(columns: list[str], filters: dict[str, Any]):
    """What the caller wants, by the names of columns. ${random.pick(remarks)}."""
    return list(${e.name}.objects.filter(**filters).order_by(*columns))`,
];

export function modelImport(entities: readonly Entity[]): string {
  const byArea = new Map<string, Set<string>>();
  for (const one of entities) {
    for (const { area, name } of [one, ...one.children.map(({ entity }) => entity)]) {
      byArea.set(area.module, (byArea.get(area.module) ?? new Set<string>()).add(name));
    }
  }
  return [...byArea]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([module, names]) => `from ${module}.models import ${[...names].sort().join(', ')}`)
    .join('\n');
}

/** Functions that change rows after reading them. */
export function service(entity: Entity, random: Random): string {
  const [name, number] = [fieldOf(entity, 'string').name, fieldOf(entity, 'number').name];
  const child = entity.children[0];
  const body = child
    ? `for ${child.parent} in ${entity.name}.objects.filter(status="${someStatus(random)}"):
    for one in ${child.parent}.${child.name}.all():
        if one.status == "${someStatus(random)}":
            continue
        one.status = "${someStatus(random)}"
        one.save(update_fields=["status"])
        changed += 1`
    : `for row in ${entity.name}.objects.order_by("-${number}")[:${random.between(5, 500)}]:
    row.${number} = max(row.${number} - ${random.between(1, 9)}, 0)
    row.save()
    changed += 1`;
  return `@transaction.atomic
def refresh_${plural(entity.variable)}() -> int:
    """Bring ${entity.table} up to date. ${random.pick(remarks)}."""
    changed = 0
${indent(body)}
    return changed


def import_${plural(entity.variable)}(rows: Iterable[dict[str, Any]]) -> tuple[int, int]:
    """Take in what another system sent. ${random.pick(remarks)}."""
    created = updated = 0
    fresh: list[${entity.name}] = []
    for values in rows:
        existing = ${entity.name}.objects.filter(${name}=values["${name}"]).first()
        if existing is None:
            fresh.append(${entity.name}(**values))
            created += 1
        else:
            existing.${number} = int(values.get("${number}", existing.${number}))
            existing.save()
            updated += 1
    ${entity.name}.objects.bulk_create(fresh, batch_size=${random.between(50, 500)})
    return created, updated
`;
}

export function viewsModule(area: Area, entities: readonly Entity[], random: Random): string {
  const views = entities.map((entity) => {
    const name = fieldOf(entity, 'string').name;
    return `@require_GET
def list_${plural(entity.variable)}(request):
    rows = ${entity.name}.objects.all()${loaders(entity, random)}
    q = request.GET.get("q")
    if q:
        rows = rows.filter(${name}__icontains=q)
    if request.user.is_authenticated and not request.user.is_staff:
        rows = rows.filter(${fieldOf(entity, 'flag').name}=True)
    rows = rows.order_by("pk")[:${random.between(10, 90)}]
    return JsonResponse({"rows": [{"id": row.pk, "${name}": row.${name}, "about": ${relationRead(entity, random)}} for row in rows]})


@require_GET
def read_${entity.variable}(request, key):
    row = get_object_or_404(${entity.name}.objects${loaders(entity, random)}, pk=key)
    return JsonResponse({"id": row.pk, "status": row.status, "${name}": row.${name}})


class ${entity.name}List(ListView):
    paginate_by = ${random.between(10, 90)}

    def get_queryset(self):
        rows = ${entity.name}.objects.filter(status="${someStatus(random)}")
        if self.request.GET.get("all") is None:
            rows = rows.exclude(${fieldOf(entity, 'number').name}=0)
        return rows${loaders(entity, random)}
`;
  });
  return python(
    `"""The views of ${area.module}."""`,
    `from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET
from django.views.generic import ListView

${modelImport(entities)}`,
    ...views,
  );
}

// ---------------------------------------------------------------- tests and migrations

export function ormTests(area: Area, entities: readonly Entity[], random: Random): string {
  const tests = entities.map((entity) => {
    const name = fieldOf(entity, 'string').name;
    const count = random.between(2, 12);
    return `class ${entity.name}Tests(TestCase):
    def setUp(self):
        for n in range(${count}):
            ${entity.name}.objects.create(${name}=f"${name}-{n}", status="${someStatus(random)}", ${fieldOf(entity, 'number').name}=n * ${random.between(2, 9)})

    def test_status(self):
        found = ${entity.name}.objects.filter(status="${someStatus(random)}").order_by("pk")
        self.assertLessEqual(found.count(), ${count})
        self.assertEqual(${entity.name}.objects.exclude(${name}="").count(), ${count})
`;
  });
  return python(
    `"""Tests of the queries of ${area.module}."""`,
    `from django.test import TestCase\n\nfrom ${area.module}.models import ${entities
      .map(({ name }) => name)
      .sort()
      .join(', ')}`,
    ...tests,
  );
}

/** A migration of an app that makes the tables of these entities. */
export function migration(
  entities: readonly Entity[],
  number: number,
  before: string | null,
  random: Random,
): GeneratedFile & { readonly name: string } {
  const { area } = entities[0]!;
  const name = `${String(number).padStart(4, '0')}_${
    number === 1
      ? 'initial'
      : entities
          .map((e) => e.name.toLowerCase())
          .join('_')
          .slice(0, 40)
  }`;
  const elsewhere = entities
    .flatMap(({ parents }) => parents.map(({ entity }) => entity.area))
    .filter((a) => a !== area);
  const dependencies = [
    ...(before ? [`        ('${area.name}', '${before}'),`] : []),
    ...[...new Set(elsewhere)].map(({ name }) => `        ('${name}', '0001_initial'),`),
  ];
  const types: Readonly<Record<FieldType, string>> = {
    string: 'CharField(max_length=200)',
    text: 'TextField(blank=True)',
    number: 'IntegerField(default=0)',
    money: 'DecimalField(decimal_places=2, default=0, max_digits=12)',
    flag: 'BooleanField(default=True)',
    day: 'DateField()',
    status: 'CharField(max_length=20)',
  };
  const operations = entities.map(
    (entity) => `        migrations.CreateModel(
            name='${entity.name}',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
${entity.fields.map(({ name, type }) => `                ('${name}', models.${types[type]}),`).join('\n')}
${entity.parents.map(({ name, entity: parent }) => `                ('${name}', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='${parent.area.name}.${parent.name.toLowerCase()}')),`).join('\n')}
            ],
            options={
                'ordering': ['pk'],
            },
        ),`,
  );
  const text = `# Generated by Django 5.2.19 on 2025-${String((number % 12) + 1).padStart(2, '0')}-${String(random.between(1, 28)).padStart(2, '0')} 09:${String(random.between(10, 59))}

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
${number === 1 ? '\n    initial = True\n' : ''}
    dependencies = [
${dependencies.join('\n')}
    ]

    operations = [
${operations.join('\n').replace(/\n\n+/g, '\n')}
    ]
`;
  return { name, path: `${area.folder}/migrations/${name}.py`, kind: 'migration', text };
}
