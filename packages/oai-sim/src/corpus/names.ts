/** Given names, then family names, of one tradition of naming. */
export type Names = readonly [given: readonly string[], family: readonly string[]];

export const LATIN_NAMES: readonly Names[] = [
  [
    ['Anna', 'James', 'Olivia', 'Thomas', 'Grace', 'Peter J.', 'Margaret', 'Samuel'],
    ['Whitfield', 'Okafor', 'Campbell', "O'Leary", 'Barrett', 'Nakamura-Jones', 'Thornbury', 'Singh'],
  ],
  [
    ['Jürgen', 'Katharina', 'Max', 'Ulrike', 'Sören', 'Friederike'],
    ['Müller', 'Schäfer', 'Weißgerber', 'von Hohenau', 'Krüger', 'Lindqvist'],
  ],
  [
    ['Élodie', 'François', 'Zoé', 'Benoît', 'Aïcha', 'Jean-Luc'],
    ['Lefèvre', 'Moreau', 'Garçon', 'Benali', 'de La Tour', 'Noël'],
  ],
  [
    ['María José', 'Íñigo', 'Lucía', 'João', 'Conceição', 'Andrés'],
    ['Muñoz Peña', 'García-Íñiguez', 'Gonçalves', 'Araújo', 'Núñez', 'Echeverría'],
  ],
  [
    ['Łukasz', 'Zuzana', 'Ștefan', 'Jiří', 'Agnieszka', 'Đorđe'],
    ['Wiśniewski', 'Dvořák', 'Ionescu', 'Kovačević', 'Szabó', 'Žižek'],
  ],
  [
    ['Xiaowei', 'Mei', 'Takeshi', 'Haruka', 'Minh Anh', 'Seo-yeon'],
    ['Zhang', 'Wang', 'Sato', 'Kobayashi', 'Nguyễn', 'Park'],
  ],
  [
    ['Ingrid', 'Þóra', 'Mikko', 'Åsa', 'Bjørn', 'Leena'],
    ['Jónsdóttir', 'Virtanen', 'Åkesson', 'Østergård', 'Hämäläinen', 'Nygård'],
  ],
  [
    ['Amina', 'Chidi', 'Fatima', 'Tariq', 'Priya', 'Rohan', 'Ayşe', 'Wanjiru'],
    ['Diallo', 'Eze', 'El-Sayed', 'Khan', 'Raghunathan', 'Mwangi', 'Yılmaz', 'Banerjee'],
  ],
];

export const OTHER_NAMES: readonly Names[] = [
  [
    ['伟', '晓明', '丽华', '志强'],
    ['王', '李', '欧阳', '陈'],
  ],
  [
    ['太郎', '美咲', '健一', '陽子'],
    ['𠮷田', '髙橋', '佐藤', '鈴木'],
  ],
  [
    ['Мария', 'Сергей', 'Ольга', 'Дмитрий'],
    ['Иванова', 'Кузнецов', 'Лебедева', 'Соловьёв'],
  ],
  [
    ['محمد', 'ليلى', 'خالد', 'نور'],
    ['العلي', 'بن سعيد', 'حداد', 'المصري'],
  ],
  [
    ['יעל', 'דוד', 'נועה', 'אורי'],
    ['כהן', 'בן־דוד', 'לוי', 'שלום'],
  ],
];

export const INSTITUTIONS: readonly string[] = [
  'Northmere University',
  'University of Eastvale',
  'Institut für Küstenforschung Sandhafen',
  'Université de Montclair-sur-Loire',
  'Universidad de Valdeazul',
  'Instituto Superior de Ciências do Litoral',
  'Kirishima Institute of Technology',
  'Huaxin Academy of Earth Sciences',
  'Karelian Centre for Forest Research',
  'Lakeview Medical School',
  'National Museum of Natural Objects',
  'Royal Observatory of Brannoch',
  'Fjordland University College',
  'Technical University of Weißenburg',
  'Center for Open Neuroimaging',
  'Università degli Studi di Montefiore',
  'Uniwersytet Nadmorski',
  'Rijksinstituut voor Waterbeheer',
  'Savanna Research Station',
  'Institute of Language Documentation & Typology',
  'Alpine Hydrology Laboratory',
  'Polytechnic School of Rivière-Noire',
  'Tamarind University',
  'Desert Agriculture Research Organization',
  'Seoul Coastal Institute of Science',
  'Cape Meridian University',
  'Observatorio Austral',
  'Institute for Particle Instrumentation',
  'Ege Deniz Bilimleri Enstitüsü',
  'Baltic Data Archive',
];

export const ORGANISATIONS: readonly string[] = [
  'Open Reef Consortium',
  'Citizen Weather Network',
  'The Lexicon Project',
  'Alpine Monitoring Group',
  'Working Group on Research Software',
  'Digital Herbarium Team',
  'HELIX Collaboration',
  'Deep Sky Survey',
];

/** Funders with their ROR ids, which are public knowledge. */
export const FUNDERS: readonly (readonly [name: string, ror: string])[] = [
  ['European Commission', '00k4n6c32'],
  ['U.S. National Science Foundation', '021nxhr62'],
  ['National Institutes of Health', '01cwqze88'],
  ['Deutsche Forschungsgemeinschaft', '018mejw64'],
  ['Agence Nationale de la Recherche', '00rbzpz17'],
  ['Wellcome Trust', '029chgv08'],
  ['Swiss National Science Foundation', '00yjd3n13'],
  ['Fundação para a Ciência e Tecnologia', '00snfqn58'],
  ['UK Research and Innovation', '001aqnf71'],
];

export const PUBLISHERS: readonly string[] = [
  'Journal of Coastal Enquiry',
  'Annals of Open Taxonomy',
  'Proceedings of the Lakeside Workshop',
  'Revista de Estudios Abiertos',
  'Northmere University Press',
];

export const COMMUNITY_TOPICS: readonly string[] = [
  'coastal',
  'alpine',
  'open',
  'urban',
  'digital',
  'polar',
  'tropical',
  'quantum',
  'citizen',
  'historical',
  'linguistic',
  'genomic',
  'stellar',
  'fluvial',
  'museum',
  'neural',
];
export const COMMUNITY_KINDS: readonly string[] = [
  'ecology',
  'archive',
  'lab',
  'network',
  'data',
  'heritage',
  'science',
  'workflows',
  'atlas',
  'commons',
  'observatory',
  'collection',
];
