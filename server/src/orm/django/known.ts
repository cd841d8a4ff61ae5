/**
 * Models that Django brings itself, as far as projects refer to them. Fields are those of the newest release
 * (https://docs.djangoproject.com/en/stable/ref/contrib/auth/); they serve completion, rules and the catalog, while the
 * renderer imports the real classes.
 */
export interface KnownModel {
  readonly id: string;
  readonly app: string;
  readonly isAbstract: boolean;
  readonly table: string | null;
  readonly bases: readonly string[];
  readonly fields: readonly KnownField[];
  readonly relations: readonly KnownRelation[];
  /** The class behind `objects`, when it is not `Manager`. */
  readonly manager: string | null;
  readonly ordering?: readonly string[];
}

export type KnownField = readonly [
  name: string,
  type: string,
  python: string | null,
  ...flags: ('pk' | 'null' | 'unique' | 'index')[],
];

export interface KnownRelation {
  readonly name: string;
  readonly to: string;
  readonly kind: 'foreignKey' | 'manyToMany';
  readonly relatedName: string | null;
  readonly relatedQueryName: string | null;
  readonly nullable: boolean;
}

const ABSTRACT_BASE_USER: readonly KnownField[] = [
  ['password', 'CharField', 'str'],
  ['last_login', 'DateTimeField', 'datetime', 'null'],
];

const ABSTRACT_USER: readonly KnownField[] = [
  ['username', 'CharField', 'str', 'unique'],
  ['first_name', 'CharField', 'str'],
  ['last_name', 'CharField', 'str'],
  ['email', 'EmailField', 'str'],
  ['is_staff', 'BooleanField', 'bool'],
  ['is_active', 'BooleanField', 'bool'],
  ['date_joined', 'DateTimeField', 'datetime'],
];

const GROUPS: KnownRelation = {
  name: 'groups',
  to: 'django.contrib.auth.models.Group',
  kind: 'manyToMany',
  relatedName: 'user_set',
  relatedQueryName: 'user',
  nullable: false,
};
const PERMISSIONS: KnownRelation = {
  name: 'user_permissions',
  to: 'django.contrib.auth.models.Permission',
  kind: 'manyToMany',
  relatedName: 'user_set',
  relatedQueryName: 'user',
  nullable: false,
};

const ID: KnownField = ['id', 'AutoField', 'int', 'pk'];

export const KNOWN_MODELS: readonly KnownModel[] = [
  {
    id: 'django.contrib.auth.base_user.AbstractBaseUser',
    app: 'auth',
    isAbstract: true,
    table: null,
    bases: [],
    fields: ABSTRACT_BASE_USER,
    relations: [],
    manager: null,
  },
  {
    id: 'django.contrib.auth.models.PermissionsMixin',
    app: 'auth',
    isAbstract: true,
    table: null,
    bases: [],
    fields: [['is_superuser', 'BooleanField', 'bool']],
    relations: [GROUPS, PERMISSIONS],
    manager: null,
  },
  {
    id: 'django.contrib.auth.models.AbstractUser',
    app: 'auth',
    isAbstract: true,
    table: null,
    bases: ['django.contrib.auth.base_user.AbstractBaseUser', 'django.contrib.auth.models.PermissionsMixin'],
    fields: ABSTRACT_USER,
    relations: [],
    manager: 'django.contrib.auth.models.UserManager',
  },
  {
    id: 'django.contrib.auth.models.User',
    app: 'auth',
    isAbstract: false,
    table: 'auth_user',
    bases: ['django.contrib.auth.models.AbstractUser'],
    fields: [ID],
    relations: [],
    manager: 'django.contrib.auth.models.UserManager',
  },
  {
    id: 'django.contrib.auth.models.Group',
    app: 'auth',
    isAbstract: false,
    table: 'auth_group',
    bases: [],
    fields: [ID, ['name', 'CharField', 'str', 'unique']],
    relations: [
      {
        name: 'permissions',
        to: 'django.contrib.auth.models.Permission',
        kind: 'manyToMany',
        relatedName: null,
        relatedQueryName: null,
        nullable: false,
      },
    ],
    manager: 'django.contrib.auth.models.GroupManager',
  },
  {
    id: 'django.contrib.auth.models.Permission',
    app: 'auth',
    isAbstract: false,
    table: 'auth_permission',
    bases: [],
    fields: [ID, ['name', 'CharField', 'str'], ['codename', 'CharField', 'str']],
    relations: [
      {
        name: 'content_type',
        to: 'django.contrib.contenttypes.models.ContentType',
        kind: 'foreignKey',
        relatedName: null,
        relatedQueryName: null,
        nullable: false,
      },
    ],
    manager: 'django.contrib.auth.models.PermissionManager',
    ordering: ['content_type__app_label', 'content_type__model', 'codename'],
  },
  {
    id: 'django.contrib.contenttypes.models.ContentType',
    app: 'contenttypes',
    isAbstract: false,
    table: 'django_content_type',
    bases: [],
    fields: [ID, ['app_label', 'CharField', 'str'], ['model', 'CharField', 'str']],
    relations: [],
    manager: 'django.contrib.contenttypes.models.ContentTypeManager',
  },
  {
    id: 'django.contrib.sessions.base_session.AbstractBaseSession',
    app: 'sessions',
    isAbstract: true,
    table: null,
    bases: [],
    fields: [
      ['session_key', 'CharField', 'str', 'pk'],
      ['session_data', 'TextField', 'str'],
      ['expire_date', 'DateTimeField', 'datetime', 'index'],
    ],
    relations: [],
    manager: null,
  },
  {
    id: 'django.contrib.sessions.models.Session',
    app: 'sessions',
    isAbstract: false,
    table: 'django_session',
    bases: ['django.contrib.sessions.base_session.AbstractBaseSession'],
    fields: [],
    relations: [],
    manager: null,
  },
  {
    id: 'django.contrib.sites.models.Site',
    app: 'sites',
    isAbstract: false,
    table: 'django_site',
    bases: [],
    fields: [ID, ['domain', 'CharField', 'str', 'unique'], ['name', 'CharField', 'str']],
    relations: [],
    manager: 'django.contrib.sites.models.SiteManager',
    ordering: ['domain'],
  },
  {
    id: 'django.contrib.flatpages.models.FlatPage',
    app: 'flatpages',
    isAbstract: false,
    table: 'django_flatpage',
    bases: [],
    fields: [
      ID,
      ['url', 'CharField', 'str', 'index'],
      ['title', 'CharField', 'str'],
      ['content', 'TextField', 'str'],
      ['enable_comments', 'BooleanField', 'bool'],
      ['template_name', 'CharField', 'str'],
      ['registration_required', 'BooleanField', 'bool'],
    ],
    relations: [
      {
        name: 'sites',
        to: 'django.contrib.sites.models.Site',
        kind: 'manyToMany',
        relatedName: null,
        relatedQueryName: null,
        nullable: false,
      },
    ],
    manager: null,
    ordering: ['url'],
  },
  {
    id: 'django.contrib.redirects.models.Redirect',
    app: 'redirects',
    isAbstract: false,
    table: 'django_redirect',
    bases: [],
    fields: [ID, ['old_path', 'CharField', 'str', 'index'], ['new_path', 'CharField', 'str']],
    relations: [
      {
        name: 'site',
        to: 'django.contrib.sites.models.Site',
        kind: 'foreignKey',
        relatedName: null,
        relatedQueryName: null,
        nullable: false,
      },
    ],
    manager: null,
    ordering: ['old_path'],
  },
];

/** Other names under which Django offers the same classes. */
const ALIASES: Readonly<Record<string, string>> = {
  'django.contrib.auth.models.AbstractBaseUser': 'django.contrib.auth.base_user.AbstractBaseUser',
};

const BY_ID = new Map(KNOWN_MODELS.map((model) => [model.id, model]));

export function knownModel(dotted: string): KnownModel | null {
  return BY_ID.get(ALIASES[dotted] ?? dotted) ?? null;
}

/** The package of an app of Django itself: `django.contrib.auth`. */
export function contribPackage(label: string): string {
  return `django.contrib.${label}`;
}
