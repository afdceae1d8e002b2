import { expect, it } from 'vitest';
import { estimateDump } from './estimate-dump.ts';

it("estimates Zenodo's dumps of September 2026 from their sizes", () => {
  const how = { cores: 2, isHere: false, isKept: false, search: true };
  const json = estimateDump(12_850_571_662, 'json', how);
  const xml = estimateDump(6_237_851_985, 'xml', how);
  for (const { records } of [json, xml]) expect(Math.abs(records - 7_759_325)).toBeLessThan(10_000);
  expect(json.download).toBe(12_850_571_662);
  expect(json.disk.postgres).toBeGreaterThan(xml.disk.postgres);
  expect(json.seconds).toBe(estimateDump(12_850_571_662, 'json', { ...how, cores: 1 }).seconds / 2);
  const here = estimateDump(12_850_571_662, 'json', { cores: 2, isHere: true, isKept: true, search: false });
  expect([here.download, here.disk.kept, here.disk.elasticsearch]).toEqual([0, 12_850_571_662, 0]);
});
