import type { JsonFacts } from '@thresher/store/read';

type Facts = Pick<JsonFacts, 'customFields' | 'customLists'>;
type CustomFields = JsonFacts['customFields'];
type Value = Readonly<Record<string, unknown>>;

/** Fields that InvenioRDM and Zenodo define with one value (invenio-rdm-records contrib, zenodo-rdm custom_fields). */
const SINGLE: ReadonlySet<string> = new Set([
  'journal:journal',
  'imprint:imprint',
  'meeting:meeting',
  'thesis:thesis',
  'thesis:university',
  'code:codeRepository',
  'code:developmentStatus',
]);
/** Namespaces whose other fields are all lists, for what was stored before lists were. */
const LISTS = /^(?:dwc|gbif-dwc|gbif|dc|openbiodiv|mixs|ac|obo|code|legacy):/;

/** Custom fields in InvenioRDM's form: one value is a list where it came as one. Pure. */
export function toCustomFields({ customFields, customLists }: Facts): Record<string, unknown> {
  const lists = new Set(customLists);
  return Object.fromEntries(
    Object.entries(customFields).map(
      ([name, values]) => [name, !lists.has(name) && isSingle(name, values) ? values[0] : [...values]] as const,
    ),
  );
}

function isSingle(name: string, values: readonly unknown[]): boolean {
  return SINGLE.has(name) || (values.length === 1 && !LISTS.test(name));
}

/** Fields that Zenodo's JSON shows elsewhere than in `custom`. */
const ELSEWHERE = /^(?:journal:journal|imprint:imprint|meeting:meeting|thesis:thesis|thesis:university|legacy:.*)$/;

/** The member `custom` of Zenodo's JSON. Pure. */
export function toZenodoCustom(facts: Facts): Record<string, unknown> {
  return Object.fromEntries(Object.entries(toCustomFields(facts)).filter(([name]) => !ELSEWHERE.test(name)));
}

/** The members `journal`, `meeting`, `imprint`, `part_of` and `thesis` of Zenodo's JSON: those that the record has. Pure. */
export function toZenodoParts(fields: CustomFields, supervisors: readonly object[]): Record<string, Value> {
  const part = (name: string): Value => filled(fields[name]?.[0]);
  const imprint = part('imprint:imprint');
  const { title, pages } = imprint;
  const university = fields['thesis:university']?.[0];
  const thesis = { ...(typeof university === 'string' && { university }), ...part('thesis:thesis') };
  const parts: readonly (readonly [string, Value])[] = [
    ['journal', part('journal:journal')],
    ['meeting', part('meeting:meeting')],
    ['imprint', imprint],
    ['part_of', filled({ title, pages })],
    ['thesis', isEmpty(thesis) || supervisors.length === 0 ? thesis : { ...thesis, supervisors }],
  ];
  return Object.fromEntries(parts.filter(([, value]) => !isEmpty(value)));
}

/** The object without empty texts; nothing for what is no object. */
function filled(value: unknown): Value {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== '' && one !== null && one !== undefined));
}

const isEmpty = (value: Value): boolean => Object.keys(value).length === 0;
