import type { GeoLocation, GeoPoint, RecordMetadata } from '../record.ts';

interface Geometry {
  readonly type: 'Point' | 'Polygon';
  readonly coordinates: readonly number[] | readonly (readonly (readonly number[])[])[];
}

interface Feature {
  readonly type: 'Feature';
  readonly geometry: Geometry | null;
  readonly properties: Readonly<Record<string, string>>;
}

/** The places of a record as GeoJSON (RFC 7946), as Zenodo exports them; a record without places has no features. */
export function toGeoJson(metadata: RecordMetadata): { readonly type: 'FeatureCollection'; readonly features: readonly Feature[] } {
  return { type: 'FeatureCollection', features: metadata.geoLocations.flatMap(toFeatures) };
}

function toFeatures({ place, point, box, polygons }: GeoLocation): Feature[] {
  const geometries: (Geometry | null)[] = [
    ...(point === null ? [] : [{ type: 'Point', coordinates: position(point) } as const]),
    ...(box === null
      ? []
      : [polygon([corner(box.west, box.south), corner(box.east, box.south), corner(box.east, box.north), corner(box.west, box.north)])]),
    ...polygons.map(({ points }) => polygon(points)),
  ];
  // A place that is only named is a feature without a geometry.
  const found = geometries.length === 0 && place !== null ? [null] : geometries;
  return found.map((geometry) => ({ type: 'Feature', geometry, properties: place === null ? {} : { place } }));
}

const position = ({ longitude, latitude }: GeoPoint): number[] => [longitude, latitude];
const corner = (longitude: number, latitude: number): GeoPoint => ({ longitude, latitude });

/** A ring ends where it begins, and runs counter-clockwise. */
function polygon(points: readonly GeoPoint[]): Geometry {
  const [first, last] = [points[0], points.at(-1)];
  const isClosed = first !== undefined && last !== undefined && first.longitude === last.longitude && first.latitude === last.latitude;
  const ring = (isClosed ? points : [...points, ...points.slice(0, 1)]).map(position);
  return { type: 'Polygon', coordinates: [area(ring) < 0 ? ring.toReversed() : ring] };
}

/** Twice the signed area: negative where the ring runs clockwise. */
function area(ring: readonly (readonly number[])[]): number {
  return ring.slice(1).reduce((sum, [x = 0, y = 0], i) => sum + (ring[i]![0]! * y - x * ring[i]![1]!), 0);
}
