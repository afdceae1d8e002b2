import type { ZenodoRecord } from '@thresher/api';
import { h } from './dom.ts';
import { spelled } from './format.ts';

const ACCESS: Readonly<Record<string, string>> = { open: 'Open', embargoed: 'Embargoed', restricted: 'Restricted', closed: 'Closed' };

/** What kind of thing it is: `Journal article`, `Dataset`. */
export function typeBadge(type: ZenodoRecord['metadata']['resource_type']): HTMLElement | null {
  const label = type?.title ?? (type?.type && spelled(type.type));
  return label ? h('span', { class: `badge type-${type?.type ?? 'other'}` }, label) : null;
}

/** Who can have the files; nothing where the source does not say. */
export function accessBadge(right: string | null): HTMLElement | null {
  return right === null ? null : h('span', { class: `badge access access-${right}` }, ACCESS[right] ?? right);
}
