/**
 * What `from … import *` brings from packages that are often imported so side by side: without it nobody could tell which
 * of two a name comes from. A test compares it with the packages.
 */
export const STAR_EXPORTS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    sqlalchemy: `
ARRAY AdaptedConnection Alias AliasedReturnsRows Any AssertionPool AsyncAdaptedQueuePool BIGINT BINARY
BLANK_SCHEMA BLOB BOOLEAN BaseDDLElement BaseRow BigInteger BinaryExpression BindParameter BindTyping Boolean
BooleanClauseList CHAR CLOB CTE CacheKey Case Cast CheckConstraint ChunkedIteratorResult ClauseElement
ClauseList CollectionAggregate Column ColumnClause ColumnCollection ColumnDefault ColumnElement
ColumnExpressionArgument ColumnOperators Compiled CompoundSelect Computed Connection Constraint
CreateEnginePlugin CursorResult DATE DATETIME DDL DDLElement DECIMAL DOUBLE DOUBLE_PRECISION Date DateTime
DefaultClause Delete Dialect Double Engine Enum ExceptionContext Executable ExecutableDDLElement
ExecutionContext Exists Extract FLOAT FallbackAsyncAdaptedQueuePool False_ FetchedValue Float ForeignKey
ForeignKeyConstraint FromClause FromGrouping FrozenResult Function FunctionElement FunctionFilter
GenerativeSelect Grouping HasCTE HasPrefixes HasSuffixes INT INTEGER Identity Index Insert Inspector Integer
Interval IteratorResult JSON Join LABEL_STYLE_DEFAULT LABEL_STYLE_DISAMBIGUATE_ONLY LABEL_STYLE_NONE
LABEL_STYLE_TABLENAME_PLUS_COL Label LambdaElement LargeBinary Lateral MappingResult MergedResult MetaData
NCHAR NUMERIC NVARCHAR NestedTransaction NotNullable Null NullPool Nullable Numeric Operators Over PickleType
Pool PoolProxiedConnection PoolResetState PrimaryKeyConstraint QueuePool REAL ReleaseSavepointClause Result
ResultProxy ReturnsRows RollbackToSavepointClause RootTransaction Row RowMapping SMALLINT SQLColumnExpression
SavepointClause ScalarResult ScalarSelect Select SelectBase SelectLabelStyle Selectable Sequence
SingletonThreadPool SmallInteger StatementLambdaElement StaticPool String Subquery TEXT TIME TIMESTAMP Table
TableClause TableSample TableValuedAlias Text TextAsFrom TextClause TextualSelect Time Transaction True_
TryCast Tuple TupleType TwoPhaseTransaction TypeClause TypeCoerce TypeCompiler TypeDecorator URL UUID
UnaryExpression Unicode UnicodeText UniqueConstraint Update UpdateBase Uuid VARBINARY VARCHAR Values
ValuesBase Visitable WithinGroup alias all_ and_ annotations any_ asc between bindparam bitwise_not case cast
collate column create_engine create_mock_engine create_pool_from_url cte custom_op delete desc distinct
engine_from_config except_ except_all exists extract false func funcfilter insert insert_sentinel inspect
intersect intersect_all join label lambda_stmt lateral literal literal_column make_url modifier not_ null
nulls_first nulls_last nullsfirst nullslast or_ outerjoin outparam over quoted_name result_tuple select table
tablesample text true try_cast tuple_ type_coerce union union_all update values within_group
`,
    'sqlalchemy.orm': `
AliasOption Any AppenderQuery AttributeEventToken AttributeEvents AttributeState Bundle CascadeOptions
ClassManager ColumnProperty Composite CompositeProperty DeclarativeBase DeclarativeBaseNoMeta DeclarativeMeta
DynamicMapped EXT_CONTINUE EXT_SKIP EXT_STOP FromStatement IdentityMap InspectionAttr
InspectionAttrExtensionType InspectionAttrInfo InstanceEvents InstanceState InstrumentationEvents
InstrumentedAttribute KeyFuncDict Load LoaderCallableStatus LoaderCriteriaOption MANYTOMANY MANYTOONE Mapped
MappedAsDataclass MappedClassProtocol MappedCollection MappedColumn MappedSQLExpression Mapper MapperEvents
MapperProperty NO_KEY NO_VALUE NotExtension ONETOMANY ORMDescriptor ORMExecuteState PassiveFlag PropComparator
Query QueryContext QueryEvents QueryPropertyDescriptor QueryableAttribute Relationship RelationshipDirection
RelationshipProperty SQLORMExpression Session SessionEvents SessionTransaction SessionTransactionOrigin
Synonym SynonymProperty UOWTransaction UserDefinedOption WriteOnlyCollection WriteOnlyMapped
add_mapped_attribute aliased annotations as_declarative attribute_keyed_dict attribute_mapped_collection
backref class_mapper clear_mappers close_all_sessions column_keyed_dict column_mapped_collection
column_property composite configure_mappers contains_alias contains_eager create_session declarative_base
declarative_mixin declared_attr defaultload defer deferred dynamic_loader foreign has_inherited_table
immediateload join joinedload keyfunc_mapping lazyload load_only make_transient make_transient_to_detached
mapped_as_dataclass mapped_collection mapped_column mapper merge_frozen_result merge_result noload
object_mapper object_session orm_insert_sentinel outerjoin polymorphic_union query_expression raiseload
reconstructor registry relationship remote scoped_session selectin_polymorphic selectinload sessionmaker
subqueryload synonym synonym_for undefer undefer_group validates was_deleted with_expression
with_loader_criteria with_parent with_polymorphic
`,
    sqlmodel: `
ARRAY AutoString BIGINT BINARY BLANK_SCHEMA BLOB BOOLEAN BigInteger Boolean CHAR CLOB CheckConstraint Column
ColumnDefault Computed Constraint DATE DATETIME DDL DECIMAL DOUBLE DOUBLE_PRECISION Date DateTime
DefaultClause Discriminator Double Enum FLOAT FetchedValue Field Float ForeignKey ForeignKeyConstraint INT
INTEGER Identity Index Integer Interval JSON LABEL_STYLE_DEFAULT LABEL_STYLE_DISAMBIGUATE_ONLY
LABEL_STYLE_NONE LABEL_STYLE_TABLENAME_PLUS_COL LargeBinary MetaData NCHAR NUMERIC NVARCHAR Numeric PickleType
PrimaryKeyConstraint QueuePool REAL Relationship SMALLINT SQLModel Sequence Session SmallInteger StaticPool
String TEXT TIME TIMESTAMP Table Tag Text Time TupleType TypeDecorator UTCDateTime UUID Unicode UnicodeText
UniqueConstraint Uuid VARBINARY VARCHAR alias all_ and_ any_ asc between bindparam case cast col collate
column create_engine create_mock_engine delete desc distinct engine_from_config except_ except_all exists
extract false func funcfilter insert inspect intersect intersect_all join lambda_stmt lateral literal
literal_column modifier not_ null nulls_first nulls_last nullsfirst nullslast or_ outerjoin outparam over
select table tablesample text true tuple_ type_coerce union union_all update values within_group
`,
    'django.db.models': `
Aggregate AutoField Avg BLANK_CHOICE_DASH BaseConstraint BigAutoField BigIntegerField BinaryField BooleanField
CASCADE Case CharField CheckConstraint Choices CommaSeparatedIntegerField CompositePrimaryKey Count DEFERRED
DO_NOTHING DateField DateTimeField DecimalField Deferrable DurationField EmailField Empty Exists Expression
ExpressionList ExpressionWrapper F Field FileField FilePathField FilteredRelation FloatField ForeignKey
ForeignObject ForeignObjectRel Func GeneratedField GenericIPAddressField IPAddressField ImageField Index
IntegerChoices IntegerField JSONField Lookup Manager ManyToManyField ManyToManyRel ManyToOneRel Max Min Model
NOT_PROVIDED NullBooleanField ObjectDoesNotExist OneToOneField OneToOneRel OrderBy OrderWrt OuterRef PROTECT
PositiveBigIntegerField PositiveIntegerField PositiveSmallIntegerField Prefetch ProtectedError Q QuerySet
RESTRICT RestrictedError RowRange SET SET_DEFAULT SET_NULL SlugField SmallAutoField SmallIntegerField StdDev
Subquery Sum TextChoices TextField TimeField Transform URLField UUIDField UniqueConstraint Value ValueRange
Variance When Window WindowFrame WindowFrameExclusion aprefetch_related_objects prefetch_related_objects
signals
`,
    'django.db.models.functions': `
ACos ASin ATan ATan2 Abs Cast Ceil Chr Coalesce Collate Concat ConcatPair Cos Cot CumeDist Degrees DenseRank
Exp Extract ExtractDay ExtractHour ExtractIsoWeekDay ExtractIsoYear ExtractMinute ExtractMonth ExtractQuarter
ExtractSecond ExtractWeek ExtractWeekDay ExtractYear FirstValue Floor Greatest JSONArray JSONObject LPad LTrim
Lag LastValue Lead Least Left Length Ln Log Lower MD5 Mod Now NthValue Ntile NullIf Ord PercentRank Pi Power
RPad RTrim Radians Random Rank Repeat Replace Reverse Right Round RowNumber SHA1 SHA224 SHA256 SHA384 SHA512
Sign Sin Sqrt StrIndex Substr Tan Trim Trunc TruncDate TruncDay TruncHour TruncMinute TruncMonth TruncQuarter
TruncSecond TruncTime TruncWeek TruncYear Upper
`,
  }).map(([module, names]) => [module, new Set(names.trim().split(/\s+/))]),
);
