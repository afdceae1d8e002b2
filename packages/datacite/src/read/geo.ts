import { append } from '../values/append.ts';
import { report } from './issues.ts';
import type { GeoLocation, GeoPoint, MappingIssue, XmlElement } from '../record.ts';
import { isBlank, textOf } from '../values/text.ts';

type Box = NonNullable<GeoLocation['box']>;
type Polygon = GeoLocation['polygons'][number];

/** The locations of a `geoLocations` element. A value that is no place on Earth is left out and reported; none is guessed or exchanged. */
export function readGeoLocations(list: XmlElement, issues: MappingIssue[]): GeoLocation[] {
  const locations: GeoLocation[] = [];
  for (const element of list.children) {
    if (element.name === 'geoLocation') append(locations, readGeoLocation(element, locations.length, issues));
  }
  return locations;
}

/** One element may hold several places, points or boxes: the second of a kind starts its own location. */
function readGeoLocation(element: XmlElement, position: number, issues: MappingIssue[]): GeoLocation[] {
  const locations: GeoLocation[] = [];
  const faults = issues.length;
  for (const child of element.children) {
    const part = readPart(child, `geoLocations/${position + Math.max(0, locations.length - 1)}`, issues);
    if (part !== null) addPart(locations, part);
  }
  if (locations.length === 0 && issues.length === faults) report(issues, 'geo-empty', `geoLocations/${position}`);
  return locations;
}

function readPart(element: XmlElement, path: string, issues: MappingIssue[]): Partial<GeoLocation> | null {
  switch (element.name) {
    case 'geoLocationPlace':
      return unlessEmpty({ place: textOf(element) });
    case 'geoLocationPoint':
      return unlessEmpty({ point: readPoint(element, `${path}/point`, issues) });
    case 'geoLocationBox':
      return unlessEmpty({ box: readBox(element, `${path}/box`, issues) });
    case 'geoLocationPolygon':
    case 'geoLocationPolygons':
      return unlessEmpty({ polygons: readPolygons(element, path, issues) });
    default:
      return null;
  }
}

function unlessEmpty(part: Partial<GeoLocation>): Partial<GeoLocation> | null {
  const value = Object.values(part)[0];
  return value === null || (Array.isArray(value) && value.length === 0) ? null : part;
}

function addPart(locations: GeoLocation[], part: Partial<GeoLocation>): void {
  const last = locations.at(-1);
  const taken = last === undefined || (['place', 'point', 'box'] as const).some((key) => key in part && last[key] !== null);
  if (taken) locations.push({ place: null, point: null, box: null, polygons: [], ...part });
  else locations[locations.length - 1] = { ...last, ...part, polygons: [...last.polygons, ...(part.polygons ?? [])] };
}

/** `geoLocationPolygons`, a wrapper of kernel 4.0 drafts, holds polygons; a `geoLocationPolygon` holds points. */
function readPolygons(element: XmlElement, path: string, issues: MappingIssue[]): Polygon[] {
  if (element.name === 'geoLocationPolygons') return element.children.flatMap((child) => readPolygons(child, path, issues));
  const polygon = readPolygon(element, `${path}/polygon`, issues);
  return polygon === null ? [] : [polygon];
}

function readPolygon(element: XmlElement, path: string, issues: MappingIssue[]): Polygon | null {
  const points: GeoPoint[] = [];
  let inPolygonPoint: GeoPoint | null = null;
  for (const child of element.children) {
    const point = readPoint(child, path, issues);
    if (point === null) continue;
    if (child.name === 'polygonPoint') points.push(point);
    else if (child.name === 'inPolygonPoint') inPolygonPoint ??= point;
  }
  if (points.length === 0) return null;
  const [first, last] = [points[0]!, points.at(-1)!];
  if (points.length < 4 || first.latitude !== last.latitude || first.longitude !== last.longitude) report(issues, 'geo-polygon-open', path);
  return { points, inPolygonPoint };
}

/** Kernel 4 names the parts; kernel 2 and 3 write `latitude longitude`, latitude first. */
function readPoint(element: XmlElement, path: string, issues: MappingIssue[]): GeoPoint | null {
  const written = element.children.length > 0 ? named(element, ['pointLatitude', 'pointLongitude']) : listed(element.text);
  const numbers = toNumbers(written, 2, path, issues);
  if (numbers === null) return null;
  const [latitude, longitude] = numbers as [number, number];
  return inRange([latitude], [longitude], written, path, issues) ? { longitude, latitude } : null;
}

/** In kernel 3: `south west north east`, the south-western and the north-eastern point. */
function readBox(element: XmlElement, path: string, issues: MappingIssue[]): Box | null {
  const names = ['southBoundLatitude', 'westBoundLongitude', 'northBoundLatitude', 'eastBoundLongitude'];
  const written = element.children.length > 0 ? named(element, names) : listed(element.text);
  const numbers = toNumbers(written, 4, path, issues);
  if (numbers === null) return null;
  const [south, west, north, east] = numbers as [number, number, number, number];
  if (!inRange([south, north], [west, east], written, path, issues)) return null;
  if (south <= north) return { west, east, south, north };
  report(issues, 'geo-out-of-range', path, written.join(' '));
  return null;
}

function named(element: XmlElement, names: readonly string[]): string[] {
  return names.map((name) => element.children.find((child) => child.name === name)?.text.trim() ?? '');
}

function listed(text: string): string[] {
  return isBlank(text) ? [] : text.trim().split(/[\s,;]+/);
}

function toNumbers(written: readonly string[], wanted: number, path: string, issues: MappingIssue[]): number[] | null {
  if (written.every((part) => part === '')) return null;
  const numbers = written.map((part) => (part === '' ? Number.NaN : Number(part)));
  if (numbers.length === wanted && numbers.every(Number.isFinite)) return numbers;
  report(issues, 'geo-not-a-number', path, written.join(' '));
  return null;
}

function inRange(
  latitudes: readonly number[],
  longitudes: readonly number[],
  written: readonly string[],
  path: string,
  issues: MappingIssue[],
): boolean {
  if (latitudes.every((each) => Math.abs(each) <= 90) && longitudes.every((each) => Math.abs(each) <= 180)) return true;
  report(issues, 'geo-out-of-range', path, written.join(' '));
  return false;
}
