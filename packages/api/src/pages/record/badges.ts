import { accessLabel, typeLabel } from '../format.ts';
import { h, type Html } from '../html.ts';

/** What kind of thing a record is; nothing if the source does not say. */
export function typeBadge(type: Parameters<typeof typeLabel>[0]): Html | null {
  const label = typeLabel(type);
  return label === null ? null : h('span', { class: `badge type-${type?.type ?? 'other'}` }, label);
}

/** Who can have the files; nothing if the source does not say. */
export function accessBadge(right: string | null): Html | null {
  return right === null ? null : h('span', { class: `badge access access-${right}` }, accessLabel(right));
}
