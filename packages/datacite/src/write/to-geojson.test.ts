import { expect, test } from 'vitest';
import { resource } from '../../test/genuine.ts';
import { bare, rich } from '../../test/rich.ts';
import { toGeoJson } from '../index.ts';

test('points, boxes and polygons, each with the name of its place', () => {
  const { metadata } = resource(`<geoLocations>
    <geoLocation><geoLocationPlace>Box</geoLocationPlace><geoLocationBox><westBoundLongitude>1</westBoundLongitude><eastBoundLongitude>3</eastBoundLongitude>
      <southBoundLatitude>10</southBoundLatitude><northBoundLatitude>20</northBoundLatitude></geoLocationBox></geoLocation>
    <geoLocation><geoLocationPolygon>
      <polygonPoint><pointLongitude>0</pointLongitude><pointLatitude>0</pointLatitude></polygonPoint>
      <polygonPoint><pointLongitude>0</pointLongitude><pointLatitude>2</pointLatitude></polygonPoint>
      <polygonPoint><pointLongitude>2</pointLongitude><pointLatitude>0</pointLatitude></polygonPoint>
      <polygonPoint><pointLongitude>0</pointLongitude><pointLatitude>0</pointLatitude></polygonPoint></geoLocationPolygon></geoLocation>
    <geoLocation><geoLocationPlace>Somewhere</geoLocationPlace></geoLocation></geoLocations>`);
  expect(toGeoJson(metadata)).toEqual({
    type: 'FeatureCollection',
    features: [
      {
        type: 'Feature',
        properties: { place: 'Box' },
        geometry: {
          type: 'Polygon',
          coordinates: [
            [
              [1, 10],
              [3, 10],
              [3, 20],
              [1, 20],
              [1, 10],
            ],
          ],
        },
      },
      // It came clockwise.
      {
        type: 'Feature',
        properties: {},
        geometry: {
          type: 'Polygon',
          coordinates: [
            [
              [0, 0],
              [2, 0],
              [0, 2],
              [0, 0],
            ],
          ],
        },
      },
      { type: 'Feature', properties: { place: 'Somewhere' }, geometry: null },
    ],
  });
});

test('a record without places has none', () => {
  expect(toGeoJson(rich).features).toEqual([
    { type: 'Feature', properties: { place: 'Here' }, geometry: { type: 'Point', coordinates: [2, 1] } },
  ]);
  expect(toGeoJson(bare)).toEqual({ type: 'FeatureCollection', features: [] });
});
