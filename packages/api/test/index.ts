export { refreshAnalytics, saveFetched } from '@thresher/store/read';
export { deleted, EVERYTHING, harvested, version } from './harvested.ts';
export { fillLedger, makeRun } from './ledger.ts';
export { rdmRecord } from './rdm-json.ts';
export { createStockedApi, type StockedApi } from './stocked-api.ts';
export { createStoredApi, type StoredApi } from './stored-api.ts';
export { readFacts } from '@thresher/datacite';
export { writeFacts } from '@thresher/store/write';
