/** A hole is worth what Python computes; some drivers get it in their own spelling: 1 for True, a text for a time, a UUID without dashes. */
export function asDriverSeesIt(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (Array.isArray(value)) return JSON.stringify(value).replaceAll(',', ', ');
  if (typeof value !== 'string') return value;
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(value)) return value.replaceAll('-', '');
  return value.replace(/^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(\.000000)?(\+00:00)?$/, '$1');
}
