import type { GeoLocation } from '@thresher/datacite';

interface Point {
  readonly lat: number;
  readonly lon: number;
}

/** A longitude from -360 to 360 degrees as one from -180 to 180. */
export function wrapLongitude(lon: number): number {
  if (lon > 180) return lon - 360;
  return lon < -180 ? lon + 360 : lon;
}

/** Maximum number of corners indexed per polygon; of more, every second, third … is taken. */
const MOST_CORNERS = 50;

/**
 * The points by which a place is found: itself if it is a point, else middle and corners. Latitudes beyond the poles and
 * longitudes beyond 360 degrees are no places and are left out.
 */
export function pointsOf({ point, box, polygons }: GeoLocation): Point[] {
  const points = [
    ...(point ? [{ lat: point.latitude, lon: point.longitude }] : []),
    ...(box ? boxPoints(box) : []),
    ...polygons.flatMap(polygonPoints),
  ];
  const sane = points.filter(({ lat, lon }) => Math.abs(lat) <= 90 && Math.abs(lon) <= 360);
  const placed = sane.map(({ lat, lon }) => ({ lat, lon: wrapLongitude(lon) }));
  return [...new Map(placed.map((one) => [`${one.lat},${one.lon}`, one])).values()];
}

/** A box that begins further east than it ends lies across the date line. */
function boxPoints({ west, east, south, north }: NonNullable<GeoLocation['box']>): Point[] {
  const end = east < west ? east + 360 : east;
  const corners = [south, north].flatMap((lat) => [west, east].map((lon) => ({ lat, lon })));
  return [{ lat: (south + north) / 2, lon: (west + end) / 2 }, ...corners];
}

function polygonPoints({ points, inPolygonPoint }: GeoLocation['polygons'][number]): Point[] {
  const corners = unwrapped(points.map(({ latitude, longitude }) => ({ lat: latitude, lon: longitude })));
  if (corners.length === 0) return [];
  const middle = inPolygonPoint ? { lat: inPolygonPoint.latitude, lon: inPolygonPoint.longitude } : middleOf(corners);
  const step = Math.ceil(corners.length / MOST_CORNERS);
  return [middle, ...corners.filter((_, index) => index % step === 0)];
}

/** No side of a polygon is longer than half the globe: a jump from 179 to -179 continues to 181. */
function unwrapped(points: readonly Point[]): Point[] {
  let before: number | null = null;
  return points.map(({ lat, lon }) => {
    const shift: number = before === null ? 0 : Math.round((before - lon) / 360) * 360;
    before = lon + shift;
    return { lat, lon: before };
  });
}

function middleOf(corners: readonly Point[]): Point {
  const middle = (values: readonly number[]): number => (Math.min(...values) + Math.max(...values)) / 2;
  return { lat: middle(corners.map(({ lat }) => lat)), lon: middle(corners.map(({ lon }) => lon)) };
}
