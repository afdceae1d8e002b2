import type { GeoLocation } from '@thresher/datacite';
import { expect, test } from 'vitest';
import { pointsOf, wrapLongitude } from './places.ts';

const place = (given: Partial<GeoLocation>): GeoLocation => ({ place: null, point: null, box: null, polygons: [], ...given });
const polygon = (...corners: [longitude: number, latitude: number][]) => ({
  points: corners.map(([longitude, latitude]) => ({ longitude, latitude })),
  inPolygonPoint: null,
});

test('a point is found by itself', () => {
  expect(pointsOf(place({ point: { longitude: 6, latitude: 46 } }))).toEqual([{ lat: 46, lon: 6 }]);
  expect(pointsOf(place({ point: { longitude: 200, latitude: 46 } }))).toEqual([{ lat: 46, lon: -160 }]);
  expect(pointsOf(place({ point: { longitude: 6, latitude: 96 } }))).toEqual([]);
});

test('a box across the date line has its middle and corners there', () => {
  const across = pointsOf(place({ box: { west: 170, east: -170, south: -10, north: 10 } }));
  const counted = pointsOf(place({ box: { west: 170, east: 190, south: -10, north: 10 } }));
  expect(across[0]).toEqual({ lat: 0, lon: 180 });
  expect(new Set(across.map(({ lon }) => lon))).toEqual(new Set([180, 170, -170]));
  expect(counted).toEqual(across);
});

test('a polygon has its middle and corners', () => {
  expect(pointsOf(place({ polygons: [polygon([10, 50], [12, 50], [12, 52], [10, 50])] }))).toEqual([
    { lat: 51, lon: 11 },
    { lat: 50, lon: 10 },
    { lat: 50, lon: 12 },
    { lat: 52, lon: 12 },
  ]);
});

test('the middle of a polygon across the date line is not on the other side of the globe', () => {
  expect(pointsOf(place({ polygons: [polygon([179, 0], [-179, 0], [-179, 2], [179, 2], [179, 0])] }))[0]).toEqual({ lat: 1, lon: 180 });
});

test('a polygon of many corners gives a bounded number of points', () => {
  const corners = Array.from({ length: 9_999 }, (_, index): [number, number] => [index / 100, index % 90]);
  expect(pointsOf(place({ polygons: [polygon(...corners)] })).length).toBeLessThanOrEqual(51);
});

test.each([
  [0, 0],
  [180, 180],
  [-180, -180],
  [190, -170],
  [-190, 170],
  [360, 0],
])('longitude %s is %s', (given, expected) => {
  expect(wrapLongitude(given)).toBe(expected);
});
