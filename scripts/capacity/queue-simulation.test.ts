import { describe, expect, it } from 'vitest';
import { always, exponential, highestRate, seededRandom, simulateQueue } from './queue-simulation.ts';

/** Erlang's C: the probability that somebody has to wait at `servers` servers with an offered load of `load` (arrivals × service time). */
function probabilityOfWait(servers: number, load: number): number {
  let [term, sum] = [1, 1];
  for (let n = 1; n < servers; n++) sum += term *= load / n;
  const last = ((term * load) / servers) * (servers / (servers - load));
  return last / (sum + last);
}

const customers = 1_000_000;

describe.each([
  [1, 0.5],
  [1, 0.8],
  [2, 0.7],
  [4, 0.8],
  [16, 0.9],
])('%i servers, busy %d of the time', (servers, utilisation) => {
  const load = servers * utilisation;
  const figures = simulateQueue({
    gap: exponential(1 / load, seededRandom(11)),
    service: exponential(1, seededRandom(12)),
    servers,
    customers,
  });
  const waiting = probabilityOfWait(servers, load);
  const drain = servers - load;

  it('the utilisation is the offered load by servers', () => {
    expect(figures.utilisation / utilisation).toBeCloseTo(1, 1.7);
  });

  it("the mean wait is Erlang's", () => {
    expect(Math.abs(figures.meanWait / (waiting / drain) - 1)).toBeLessThan(0.06);
  });

  it("the wait of 99 % is Erlang's", () => {
    expect(Math.abs(figures.p99Wait / (Math.log(waiting / 0.01) / drain) - 1)).toBeLessThan(0.06);
  });
});

it('with work that is always the same, the wait is that of Pollaczek and Khinchine: half of it', () => {
  const { meanWait } = simulateQueue({ gap: exponential(1 / 0.8, seededRandom(3)), service: always(1), servers: 1, customers });
  expect(Math.abs(meanWait / (0.8 / (2 * (1 - 0.8))) - 1)).toBeLessThan(0.05);
});

it('nobody waits for a server that is done before the next arrives', () => {
  expect(simulateQueue({ gap: always(2), service: always(1), servers: 1, customers: 1_000 })).toMatchObject({
    meanWait: 0,
    p99Wait: 0,
    p99Response: 1,
    utilisation: expect.closeTo(0.5, 2) as number,
  });
});

it('the highest rate is where the closed form puts it', () => {
  // One server: responses are exponential with the rate by which it is faster than arrivals.
  const rate = highestRate(1, 0.02, { of: 'p99Response', seconds: 0.5 });
  expect(Math.abs(rate / (1 / 0.02 - Math.log(100) / 0.5) - 1)).toBeLessThan(0.03);
  expect(highestRate(4, 0.02, { of: 'p99Response', seconds: 0.5 })).toBeGreaterThan(4 * rate);
});
