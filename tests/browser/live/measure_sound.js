"use strict";
// What a microphone would hear of a burst: when its pulses rise and fall, and which tones they are made of.
window.measureSound = (() => {
  const RATE = 32768;
  const SIZE = 2048; // 16 Hz apart
  const LOUDEST = -20; // dB: what lies further below the loudest tone is none

  /** How loud it is at each millisecond: the greatest excursion in a period around it. */
  function envelope(wave, hz) {
    const half = Math.ceil(RATE / hz / 2);
    const at = (ms) => Math.round((ms * RATE) / 1000);
    return Array.from({ length: Math.floor((wave.length * 1000) / RATE) }, (_, ms) =>
      wave.subarray(Math.max(0, at(ms) - half), at(ms) + half).reduce((most, v) => Math.max(most, Math.abs(v)), 0));
  }

  /** Each pulse: from and to 10 % of its own peak, from and to 90 % of it, in seconds. */
  function pulses(levels) {
    const top = Math.max(...levels);
    const found = [];
    levels.forEach((level, ms) => {
      const before = levels[ms - 1] ?? 0;
      if (level > 0.1 * top && before <= 0.1 * top) found.push({ from: ms });
      if (level <= 0.1 * top && before > 0.1 * top) found.at(-1).to = ms;
    });
    return found.map(({ from, to }) => {
      const own = levels.slice(from, to);
      const peak = Math.max(...own);
      const loud = own.map((level) => level >= 0.9 * peak);
      return { from: from / 1000, to: to / 1000, peak, from90: (from + loud.indexOf(true)) / 1000, to90: (from + loud.lastIndexOf(true)) / 1000 };
    });
  }

  /** The discrete Fourier transform of a power of two of samples: [real, imaginary]. */
  function fft(re, im) {
    const n = re.length;
    if (n === 1) return [re, im];
    const pick = (list, odd) => list.filter((_, i) => i % 2 === odd);
    const [[er, ei], [or, oi]] = [0, 1].map((odd) => fft(pick(re, odd), pick(im, odd)));
    const [outRe, outIm] = [new Float64Array(n), new Float64Array(n)];
    for (let k = 0; k < n / 2; k += 1) {
      const [c, s] = [Math.cos((2 * Math.PI * k) / n), -Math.sin((2 * Math.PI * k) / n)];
      const [tr, ti] = [c * or[k] - s * oi[k], c * oi[k] + s * or[k]];
      [outRe[k], outIm[k], outRe[k + n / 2], outIm[k + n / 2]] = [er[k] + tr, ei[k] + ti, er[k] - tr, ei[k] - ti];
    }
    return [outRe, outIm];
  }

  /** The tones in it, lowest first: [Hz, dB below the loudest]. */
  function tones(wave) {
    const window = Float64Array.from(wave.subarray(0, SIZE), (v, n) => v * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / SIZE)));
    const [re, im] = fft(window, new Float64Array(SIZE));
    const power = Array.from({ length: SIZE / 2 }, (_, k) => Math.hypot(re[k], im[k]));
    const most = Math.max(...power);
    return power
      .map((p, k) => [(k * RATE) / SIZE, 20 * Math.log10(p / most), p > (power[k - 1] ?? 0) && p >= (power[k + 1] ?? 0)])
      .filter(([, level, peak]) => peak && level > LOUDEST)
      .map(([hz, level]) => [hz, level]);
  }

  /** Renders a burst as the page would play it. */
  return async function measureSound(priority) {
    const ctx = new OfflineAudioContext(1, RATE * 4, RATE);
    chairside.burst.schedule(ctx, ctx.destination, priority, 0.1);
    const wave = (await ctx.startRendering()).getChannelData(0);
    const found = pulses(envelope(wave, 300));
    const middle = Math.round(((found[0].from + found[0].to) / 2) * RATE) - SIZE / 2;
    return { pulses: found, tones: tones(wave.subarray(middle)), every: chairside.burst.PATTERNS[priority].every_s };
  };
})();
