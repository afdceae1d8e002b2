/** Words of a field of study, from which English titles, subjects and sentences are made. */
export interface Domain {
  readonly name: string;
  readonly subjects: readonly string[];
  /** What is studied: plural noun phrases. */
  readonly things: readonly string[];
  /** How: noun phrases without an article. */
  readonly methods: readonly string[];
  /** Vocabulary the subjects may come from, as Zenodo names it. */
  readonly scheme: string;
}

export const DOMAINS: readonly Domain[] = [
  {
    name: 'marine ecology', scheme: 'GEMET',
    subjects: ['coral reefs', 'plankton', 'seagrass', 'fisheries', 'marine protected areas', 'biogeochemistry', 'benthos', 'ocean acidification'],
    things: ['coral colonies', 'seagrass meadows', 'diatom blooms', 'juvenile cod', 'mussel beds', 'kelp forests', 'sediment cores', 'zooplankton tows'],
    methods: ['underwater photogrammetry', 'stable isotope analysis', 'acoustic telemetry', 'environmental DNA metabarcoding', 'transect surveys', 'CTD profiling'],
  },
  {
    name: 'climate science', scheme: 'GEMET',
    subjects: ['climate change', 'precipitation', 'reanalysis', 'drought', 'aerosols', 'CMIP6', 'sea level', 'heat waves'],
    things: ['precipitation extremes', 'surface temperature anomalies', 'aerosol plumes', 'glacier outlines', 'soil moisture deficits', 'tropical cyclones', 'permafrost boreholes', 'radiosonde ascents'],
    methods: ['ensemble simulation', 'bias correction', 'satellite altimetry', 'dendrochronology', 'empirical orthogonal functions', 'statistical downscaling'],
  },
  {
    name: 'genomics', scheme: 'MeSH',
    subjects: ['genome assembly', 'RNA-Seq', 'phylogenetics', 'CRISPR', 'epigenetics', 'population genetics', 'proteomics', 'bioinformatics'],
    things: ['transcriptomes', 'chromosome-level assemblies', 'methylation profiles', 'single-cell libraries', 'variant calls', 'gene families', 'mitochondrial haplotypes', 'protein interaction networks'],
    methods: ['long-read sequencing', 'variant calling', 'Bayesian phylogenetic inference', 'differential expression analysis', 'mass spectrometry', 'k-mer counting'],
  },
  {
    name: 'particle physics', scheme: 'PhySH',
    subjects: ['Higgs boson', 'neutrino oscillation', 'dark matter', 'detector calibration', 'lattice QCD', 'Monte Carlo', 'muon', 'trigger'],
    things: ['muon tracks', 'calorimeter clusters', 'neutrino events', 'jet substructure observables', 'simulated collisions', 'silicon sensors', 'parton showers', 'background estimates'],
    methods: ['maximum likelihood fits', 'Monte Carlo simulation', 'beam tests', 'graph neural networks', 'track reconstruction', 'unfolding'],
  },
  {
    name: 'archaeology', scheme: 'AAT',
    subjects: ['Neolithic', 'ceramics', 'radiocarbon dating', 'epigraphy', 'zooarchaeology', 'landscape archaeology', 'Bronze Age', 'archaeometry'],
    things: ['pottery sherds', 'burial mounds', 'cuneiform tablets', 'faunal remains', 'stone tools', 'mosaic pavements', 'charcoal samples', 'field notebooks'],
    methods: ['radiocarbon dating', 'X-ray fluorescence', 'aerial LiDAR', 'stratigraphic excavation', 'residue analysis', 'structure-from-motion modelling'],
  },
  {
    name: 'linguistics', scheme: 'LCSH',
    subjects: ['corpus linguistics', 'phonology', 'endangered languages', 'machine translation', 'syntax', 'dialectology', 'lexicography', 'treebank'],
    things: ['spoken narratives', 'parallel sentences', 'dialect recordings', 'verb paradigms', 'annotated dialogues', 'dictionary entries', 'loanwords', 'vowel formants'],
    methods: ['forced alignment', 'dependency annotation', 'acoustic analysis', 'elicitation sessions', 'word embedding models', 'inter-annotator agreement studies'],
  },
  {
    name: 'research software', scheme: 'ACM',
    subjects: ['reproducibility', 'workflow', 'Python', 'high-performance computing', 'FAIR', 'visualisation', 'open source', 'containers'],
    things: ['workflow definitions', 'benchmark results', 'command-line tools', 'plugin interfaces', 'unit tests', 'notebooks', 'file readers', 'parallel solvers'],
    methods: ['continuous integration', 'property-based testing', 'profiling', 'static analysis', 'code review', 'containerised execution'],
  },
  {
    name: 'materials science', scheme: 'INSPEC',
    subjects: ['perovskite', 'density functional theory', 'battery', 'graphene', 'additive manufacturing', 'corrosion', 'polymer', 'nanoparticles'],
    things: ['perovskite thin films', 'lithium-ion cells', 'titanium alloys', 'carbon nanotubes', 'grain boundaries', 'polymer blends', 'zeolite frameworks', 'fatigue specimens'],
    methods: ['density functional theory', 'electron microscopy', 'X-ray diffraction', 'impedance spectroscopy', 'molecular dynamics', 'nanoindentation'],
  },
  {
    name: 'epidemiology', scheme: 'MeSH',
    subjects: ['public health', 'vaccination', 'cohort study', 'antimicrobial resistance', 'malaria', 'COVID-19', 'surveillance', 'mental health'],
    things: ['hospital admissions', 'vaccination records', 'serological samples', 'birth cohorts', 'mosquito traps', 'survey responses', 'contact matrices', 'wastewater samples'],
    methods: ['Cox regression', 'randomised trials', 'interrupted time series', 'qualitative interviews', 'compartmental modelling', 'meta-analysis'],
  },
  {
    name: 'astronomy', scheme: 'UAT',
    subjects: ['exoplanets', 'gravitational waves', 'spectroscopy', 'galaxy clusters', 'radio astronomy', 'variable stars', 'supernovae', 'astrometry'],
    things: ['transit light curves', 'quasar spectra', 'pulsar timing residuals', 'galaxy redshifts', 'solar flares', 'asteroid orbits', 'interferometric visibilities', 'stellar populations'],
    methods: ['spectral fitting', 'radio interferometry', 'adaptive optics', 'difference imaging', 'Markov chain Monte Carlo sampling', 'photometric calibration'],
  },
  {
    name: 'hydrology', scheme: 'GEMET',
    subjects: ['groundwater', 'catchment', 'flood', 'water quality', 'evapotranspiration', 'river discharge', 'snow', 'irrigation'],
    things: ['river gauges', 'piezometer readings', 'flood hydrographs', 'nitrate concentrations', 'snow courses', 'peatland catchments', 'karst springs', 'irrigation canals'],
    methods: ['tracer experiments', 'rainfall-runoff modelling', 'eddy covariance', 'remote sensing', 'isotope hydrology', 'distributed temperature sensing'],
  },
  {
    name: 'taxonomy', scheme: 'EuroSciVoc',
    subjects: ['biodiversity', 'new species', 'Coleoptera', 'Araneae', 'herbarium', 'morphology', 'checklist', 'Animalia'],
    things: ['type specimens', 'beetle larvae', 'orb-weaving spiders', 'moss samples', 'freshwater snails', 'herbarium sheets', 'bat echolocation calls', 'hymenopteran parasitoids'],
    methods: ['DNA barcoding', 'comparative morphology', 'micro-computed tomography', 'light trapping', 'scanning electron microscopy', 'museum digitisation'],
  },
];

/** Sentence patterns; `{thing}`, `{method}`, `{subject}`, `{place}`, `{year}`, `{number}`, `{percent}` are filled in. */
export const SENTENCES: readonly string[] = [
  'This dataset contains {number} {thing} collected near {place} between {year} and {year}.',
  'We combined {method} with {method} to describe how {thing} respond to changing conditions.',
  'The files accompany a study of {subject} carried out in {place}.',
  'All {thing} were processed with {method}; the scripts are included in the archive.',
  'Values below the detection limit (<1 % of all measurements) are marked with -9999.',
  'Results indicate that {percent} % of the {thing} differ significantly from the reference (p < 0.05).',
  'Each row of the table describes one of the {thing}, with coordinates, date and observer.',
  'The work was motivated by the lack of open data on {subject} in {place}.',
  'An earlier release covered only {year}; this one adds {number} further {thing}.',
  'Uncertainty was estimated by repeating {method} {number} times on randomly chosen {thing}.',
  'See the README file for units, column names & known problems.',
  'Compared with {method}, the approach based on {method} needs less material and less time.',
  'Sampling took place in {place} during the summer of {year}.',
  'The protocol follows the recommendations for {subject} published in {year}.',
  'Users are asked to cite this record together with the article it supplements.',
  'We thank the people of {place} for access to the sites and for their patience.',
  'Missing {thing} are listed in a separate file, with the reason for each gap.',
  'The relation between {subject} and {subject} remains open & is discussed in the last section.',
  'Raw and calibrated {thing} are provided side by side, so that every step can be repeated.',
  'A validation against {number} independent {thing} gave a mean error of {percent} %.',
  'The collection is updated whenever new {thing} become available.',
  'Training material on {method} from the workshop in {place} is part of the package.',
  'Figure {number} shows the distribution of {thing} around {place}.',
  'Interviews were transcribed, translated and anonymised before {method} was applied.',
  'The software reads CSV, NetCDF and HDF5 files and writes "tidy" tables.',
  'Funding agencies increasingly ask for {subject} to be documented in this way.',
  'In {year} the survey was extended to {place}, where {thing} had never been recorded before.',
  'The model reproduces observed {thing} within {percent} % for all seasons but winter.',
];

export const TITLES: readonly string[] = [
  '{Method} of {thing} from {place}',
  'Data from: {subject} and {thing} in {place}',
  '{Thing} of {place}, {year}–{year}',
  'A {year} survey of {thing} using {method}',
  'Towards better {subject}: {method} applied to {thing}',
  'Supplementary material for "{Subject} in {place}"',
  '{Subject} at scale: {number} {thing} & what they tell us',
  'How {thing} shape {subject}: evidence from {place}',
  'Open {subject} dataset for {place} ({year})',
  'Workshop on {subject}, {place}, {year}',
];

/** Name, longitude, latitude. Rounded positions of well-known places. */
export const PLACES: readonly (readonly [string, number, number])[] = [
  ['Lake Constance', 9.4, 47.6], ['the Wadden Sea', 8.1, 53.7], ['Crete', 24.9, 35.2], ['the Azores', -27.2, 38.7],
  ['Patagonia', -71.5, -49.3], ['Hokkaido', 142.9, 43.5], ['the Okavango Delta', 22.9, -19.3], ['Svalbard', 18.0, 78.5],
  ['Kerala', 76.3, 10.2], ['the Great Barrier Reef', 147.7, -18.3], ['Yucatán', -89.0, 20.7], ['Lake Baikal', 108.2, 53.5],
  ['the Camargue', 4.6, 43.5], ['Galway Bay', -9.1, 53.2], ['the Negev', 34.8, 30.6], ['Luzon', 121.1, 16.6],
  ['Madagascar', 46.9, -18.8], ['the Atacama Desert', -69.1, -24.5], ['Transylvania', 24.6, 46.3], ['Uppsala', 17.6, 59.9],
  ['Tasmania', 146.6, -42.0], ['the Niger Delta', 6.2, 4.8], ['Kyoto', 135.8, 35.0], ['the Mackenzie River', -134.9, 69.2],
];

/** Text that needs care on its way: astral characters, no-break spaces, markup as text. */
export const ODDITIES: readonly string[] = [
  'Complexity is 𝒪(n log n) for all 𝑘 > 2.', 'Symbols: 🧬 sequence, 🌊 station, 🔭 telescope.', 'The sign 𐎀 (U+10380) occurs 17 times.',
  'Name of the collector: 𠮷田 (Yoshida).', 'Depth\u00a0<1\u00a0m, salinity\u00a035\u00a0‰, σ²\u00a0=\u00a00.04.',
  '<p>This paragraph was pasted with its <strong>markup</strong> & entities such as &nbsp; or &amp;.</p>',
  'Formula: H₂O + CO₂ ⇌ H₂CO₃; Δ¹⁴C in ‰; α‐particles.', 'Use <code>if (a < b && c > d)</code> to filter.',
];
