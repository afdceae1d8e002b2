/** A language other than English: patterns with `{x}` (what is studied), `{p}` (place), `{year}`, `{number}`. */
export interface OtherLanguage {
  /** ISO 639-3. */
  readonly code: string;
  readonly titles: readonly string[];
  readonly sentences: readonly string[];
  readonly things: readonly string[];
  readonly places: readonly string[];
  readonly subjects: readonly string[];
}

export const OTHER_LANGUAGES: readonly OtherLanguage[] = [
  {
    code: 'deu',
    subjects: ['Gewässerkunde', 'Archäologie', 'Mundartforschung', 'Klimafolgen'],
    things: ['Grundwassermessungen', 'Keramikscherben', 'Tonaufnahmen', 'Baumringe', 'Flugblätter'],
    places: ['Oberschwaben', 'der Eifel', 'Thüringen', 'Graz'],
    titles: [
      '{x} aus {p}: Daten der Jahre {year} bis {year}',
      'Beiträge zur Erforschung von {x} in {p}',
      '{x} – Begleitmaterial zur Ausstellung in {p}',
    ],
    sentences: [
      'Die Sammlung umfasst {number} {x} aus {p}.',
      'Erhoben wurden die Daten zwischen {year} und {year} im Rahmen eines Forschungsvorhabens.',
      'Größe, Fundort und Erhaltungszustand sind für jedes Stück angegeben.',
      'Für die Auswertung wurden {x} mit früheren Verzeichnissen verglichen.',
      'Die Übersicht schließt Lücken, die seit {year} bekannt sind.',
      'Rückfragen beantwortet das Archiv in {p} gern.',
    ],
  },
  {
    code: 'fra',
    subjects: ['hydrologie', 'histoire du livre', 'écologie littorale', 'santé publique'],
    things: ['relevés botaniques', 'manuscrits enluminés', 'séries de débits', 'enquêtes orales'],
    places: ['Bretagne', 'Haute-Savoie', 'Marseille', 'Nouvelle-Calédonie'],
    titles: ['Étude des {x} en {p} ({year}-{year})', 'Base de données : {x}, {p}', 'Les {x} face au changement climatique'],
    sentences: [
      'Ce jeu de données réunit {number} {x} recueillis en {p}.',
      'Les mesures ont été effectuées entre {year} et {year} par une équipe pluridisciplinaire.',
      'L’analyse révèle une évolution très nette depuis {year}.',
      'Chaque fichier est décrit dans la notice jointe.',
      'À l’exception des {x} incomplets, tout a été numérisé.',
      'Les résultats complètent ceux déjà publiés sur {p}.',
    ],
  },
  {
    code: 'spa',
    subjects: ['educación', 'biodiversidad', 'energía solar', 'migración'],
    things: ['encuestas escolares', 'registros de lluvia', 'ejemplares de herbario', 'testimonios orales'],
    places: ['Andalucía', 'Oaxaca', 'la Patagonia', 'Cuenca'],
    titles: ['Análisis de {x} en {p}, {year}', 'Conjunto de datos sobre {x} de {p}', 'Nuevas perspectivas sobre {x}'],
    sentences: [
      'El conjunto incluye {number} {x} reunidos en {p}.',
      'La investigación se realizó entre {year} y {year} con métodos mixtos.',
      '¿Cómo han cambiado los {x} desde {year}? Esa es la pregunta principal.',
      'Los archivos se ofrecen en formato abierto para su reutilización.',
      'Se agradece la colaboración de la población de {p}.',
    ],
  },
  {
    code: 'por',
    subjects: ['saúde coletiva', 'ensino de ciências', 'Mata Atlântica', 'linguística'],
    things: ['coleções de insetos', 'entrevistas', 'séries de temperatura', 'mapas históricos'],
    places: ['Minas Gerais', 'Trás-os-Montes', 'Amazônia', 'Coimbra'],
    titles: ['Levantamento de {x} em {p} ({year})', 'Dados sobre {x}: uma revisão', '{x} e memória em {p}'],
    sentences: [
      'São apresentados {number} {x} obtidos em {p}.',
      'A coleta de dados ocorreu entre {year} e {year}.',
      'Não foram incluídos {x} com informações insuficientes.',
      'As conclusões apontam para mudanças a partir de {year}.',
    ],
  },
  {
    code: 'rus',
    subjects: ['педагогика', 'экология', 'геология', 'лингвистика'],
    things: ['полевые наблюдения', 'образцы почвы', 'архивные документы', 'диалектные записи'],
    places: ['Карелии', 'Сибири', 'Поволжья', 'Казани'],
    titles: ['{x} {p}: материалы {year} года', 'Исследование: {x}', 'К вопросу о методике: {x}'],
    sentences: [
      'В наборе данных собраны {x} ({number} единиц) из {p}.',
      'Работа выполнена в {year}–{year} годах.',
      'Полученные результаты сопоставлены с более ранними публикациями.',
      'Подробное описание столбцов приведено в приложении.',
    ],
  },
  {
    code: 'zho',
    subjects: ['遥感', '水文学', '古籍整理', '机器学习'],
    things: ['土壤湿度数据', '青铜器铭文', '方言录音', '冰川面积', '水稻基因组'],
    places: ['青藏高原', '长江流域', '云南', '台北'],
    titles: ['{p}{x}数据集({year}年)', '基于遥感的{p}{x}研究', '{x}的变化及其影响因素'],
    sentences: [
      '本数据集包含{p}的{number}条{x}。',
      '数据采集时间为{year}年至{year}年,空间分辨率为30米。',
      '结果表明,{x}自{year}年以来发生了显著变化。',
      '所有文件均采用开放格式,可供后续研究使用。',
      '我们对缺失值进行了插补,并评估了不确定性。',
    ],
  },
  {
    code: 'jpn',
    subjects: ['日本史', '気候変動', '音声学', '材料科学'],
    things: ['古文書', '降水量データ', '方言音声', '化石標本', '地震波形'],
    places: ['北海道', '京都', '沖縄', '東北地方'],
    titles: ['{p}における{x}の調査({year}年)', '{x}データベース', '{x}と地域社会:{p}の事例'],
    sentences: [
      '本データは{p}で収集された{x}{number}件からなる。',
      '調査は{year}年から{year}年にかけて実施した。',
      '{x}の公開により、再現性のある研究が可能になる。',
      'ファイル形式についてはREADMEを参照されたい。',
      '﨑や髙などの異体字もそのまま記録した。',
    ],
  },
  {
    code: 'kor',
    subjects: ['기후', '언어학', '보건', '고고학'],
    things: ['강수량 자료', '구술 기록', '설문 응답', '토기 조각'],
    places: ['제주도', '강원도', '부산', '경주'],
    titles: ['{p} {x} 자료집 ({year})', '{x}에 관한 연구', '{x}의 변화와 {p}'],
    sentences: [
      '이 자료는 {p}에서 수집한 {x} {number}건으로 구성된다.',
      '조사는 {year}년부터 {year}년까지 진행되었다.',
      '분석 결과 {x}에서 뚜렷한 변화가 확인되었다.',
    ],
  },
  {
    code: 'ara',
    subjects: ['المياه الجوفية', 'المخطوطات', 'الصحة العامة', 'اللغة العربية'],
    things: ['المخطوطات القديمة', 'بيانات الأمطار', 'التسجيلات الصوتية', 'عينات التربة'],
    places: ['وادي النيل', 'مراكش', 'دمشق', 'عُمان'],
    titles: ['دراسة {x} في {p} ({year})', 'قاعدة بيانات {x}', 'أثر التغير المناخي على {x}'],
    sentences: [
      'تضم هذه المجموعة {number} سجلاً عن {x} في {p}.',
      'جُمعت البيانات بين عامي {year} و{year}.',
      'تُظهر النتائج تغيراً واضحاً منذ عام {year}.',
      'يرجى الرجوع إلى الملف المرفق لمعرفة وحدات القياس.',
    ],
  },
  {
    code: 'heb',
    subjects: ['ארכאולוגיה', 'בלשנות', 'אקולוגיה', 'מדעי המדינה'],
    things: ['כתבי יד', 'ממצאים קרמיים', 'הקלטות קול', 'מדידות משקעים'],
    places: ['הגליל', 'הנגב', 'ירושלים', 'חיפה'],
    titles: ['{x} מאזור {p}: נתוני {year}', 'מחקר על {x}', '{x} – מאגר פתוח'],
    sentences: [
      'המאגר כולל {number} רשומות של {x} מאזור {p}.',
      'הנתונים נאספו בין השנים {year} ו־{year}.',
      'הממצאים מצביעים על שינוי מובהק מאז {year}.',
    ],
  },
];
