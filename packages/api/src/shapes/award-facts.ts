import type { FundingReference, Person } from '@thresher/datacite';
import type { AwardFacts, JsonFacts } from '@thresher/store/read';

/**
 * What the JSON of a record says of the award of a funding reference; null if it says nothing. OAI-PMH may have updated the funding since, so it is
 * found by number (or title) and funder and not by its place. Pure.
 */
export function awardOf(funding: FundingReference, facts: JsonFacts | null): AwardFacts | null {
  const { awardNumber, awardTitle, funderRor, funderName } = funding;
  const isSame = (award: AwardFacts): boolean =>
    award.number === awardNumber &&
    (awardNumber !== null || awardTitle === null || award.title === awardTitle) &&
    ((funderRor !== null && award.funderId === funderRor) || award.funderName === funderName);
  return facts?.awards.find(isSame) ?? null;
}

/** The role of a creator by the JSON of the record; null if it has none. `position` is the place among the creators, from 0. Pure. */
export function roleOf({ name }: Person, position: number, facts: JsonFacts | null): string | null {
  const named = facts?.creatorRoles.filter((one) => one.name === name) ?? [];
  return (named.find((one) => one.position === position) ?? named[0])?.role ?? null;
}
