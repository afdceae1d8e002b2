/** The columns of `record_stats` that count use, as Zenodo names them: those with `version_` of one version, the others of all. */
export const statNames = [
  'views',
  'unique_views',
  'downloads',
  'unique_downloads',
  'volume',
  'version_views',
  'version_unique_views',
  'version_downloads',
  'version_unique_downloads',
  'version_volume',
] as const;
