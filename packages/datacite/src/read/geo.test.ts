import { expect, test } from 'vitest';
import { codes, resource } from '../../test/genuine.ts';

function geo(inner: string, kernel = '4') {
  const { metadata, issues } = resource(`<geoLocations><geoLocation>${inner}</geoLocation></geoLocations>`, kernel);
  return { locations: metadata.geoLocations, issues: issues.filter((each) => each.path.startsWith('geoLocations')) };
}

function point(latitude: number | string, longitude: number | string): string {
  return `<pointLongitude>${longitude}</pointLongitude><pointLatitude>${latitude}</pointLatitude>`;
}

test('kernel 4 by name', () => {
  const ring = [
    [0, 0],
    [0, 5],
    [5, 5],
    [0, 0],
  ]
    .map(([lat, lon]) => `<polygonPoint>${point(lat!, lon!)}</polygonPoint>`)
    .join('');
  const box =
    '<westBoundLongitude>170</westBoundLongitude><northBoundLatitude>2</northBoundLatitude><eastBoundLongitude>-170</eastBoundLongitude><southBoundLatitude>-2</southBoundLatitude>';
  const { locations, issues } = geo(`<geoLocationPlace>Here</geoLocationPlace><geoLocationPoint>${point(31.233, -67.302)}</geoLocationPoint>
    <geoLocationBox>${box}</geoLocationBox><geoLocationPolygon>${ring}<inPolygonPoint>${point(1, 2)}</inPolygonPoint></geoLocationPolygon><geoLocationPolygon>${ring}</geoLocationPolygon>`);
  const points = [
    { latitude: 0, longitude: 0 },
    { latitude: 0, longitude: 5 },
    { latitude: 5, longitude: 5 },
    { latitude: 0, longitude: 0 },
  ];
  expect(locations).toEqual([
    {
      place: 'Here',
      point: { latitude: 31.233, longitude: -67.302 },
      box: { west: 170, east: -170, south: -2, north: 2 },
      polygons: [
        { points, inPolygonPoint: { latitude: 1, longitude: 2 } },
        { points, inPolygonPoint: null },
      ],
    },
  ]);
  expect(issues).toEqual([]);
});

test('kernels 2 and 3 as text, latitude first', () => {
  expect(geo('<geoLocationPoint>-24.7586 46.8542</geoLocationPoint>', '3').locations[0]?.point).toEqual({
    latitude: -24.7586,
    longitude: 46.8542,
  });
  expect(geo('<geoLocationBox>41.090 -71.032  42.893 -68.211</geoLocationBox>', '3').locations[0]?.box).toEqual({
    south: 41.09,
    west: -71.032,
    north: 42.893,
    east: -68.211,
  });
});

test.each([
  [`<geoLocationPoint>${point(-117.7, 34.3)}</geoLocationPoint>`, 'geo-out-of-range'],
  ['<geoLocationPoint>104.9 17.4</geoLocationPoint>', 'geo-out-of-range'],
  [`<geoLocationPoint>${point('N 5', 1)}</geoLocationPoint>`, 'geo-not-a-number'],
  ['<geoLocationPoint>12</geoLocationPoint>', 'geo-not-a-number'],
  ['<geoLocationPoint><pointLatitude>12</pointLatitude></geoLocationPoint>', 'geo-not-a-number'],
  ['<geoLocationBox>10 0 5 1</geoLocationBox>', 'geo-out-of-range'],
  ['', 'geo-empty'],
  ['<geoLocationPoint/><geoLocationPlace> </geoLocationPlace>', 'geo-empty'],
])('%s is left out as %s', (inner, code) => {
  const { locations, issues } = geo(inner);
  expect(locations).toEqual([]);
  expect(codes(issues)).toEqual([code]);
});

test('a bad point does not take its place with it', () => {
  const { locations, issues } = geo('<geoLocationPlace>Atlantis</geoLocationPlace><geoLocationPoint>99 0</geoLocationPoint>');
  expect(locations).toEqual([{ place: 'Atlantis', point: null, box: null, polygons: [] }]);
  expect(issues).toEqual([{ code: 'geo-out-of-range', path: 'geoLocations/0/point', value: '99 0', severity: 'warning' }]);
});

test('an open polygon is kept and reported', () => {
  const { locations, issues } = geo(
    `<geoLocationPolygon><polygonPoint>${point(1, 1)}</polygonPoint><polygonPoint>${point(2, 2)}</polygonPoint></geoLocationPolygon>`,
  );
  expect(locations[0]?.polygons[0]?.points).toHaveLength(2);
  expect(codes(issues)).toEqual(['geo-polygon-open']);
});

test('several places in one element are several locations', () => {
  const { locations } = geo(
    `<geoLocationPlace>A</geoLocationPlace><geoLocationPoint>1 1</geoLocationPoint><geoLocationPlace>B</geoLocationPlace><geoLocationPoint>2 2</geoLocationPoint>`,
  );
  expect(locations.map((each) => [each.place, each.point?.latitude])).toEqual([
    ['A', 1],
    ['B', 2],
  ]);
});
