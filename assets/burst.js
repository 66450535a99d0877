"use strict";
// The alarm sounds, synthesised: bursts of pulses with the timing and the spectrum of IEC 60601-1-8.
//
//   HIGH    ▮ ▮ ▮   ▮ ▮      ▮ ▮ ▮   ▮ ▮     10 pulses, (3 + 2) twice, every 10 s
//   MEDIUM  ▮  ▮  ▮                           3 pulses, every 25 s
//   LOW     ▮  ▮                              2 pulses, every 30 s
//
// Source: IEC 60601-1-8 as manufacturers' manuals tell it (pulses 75–200 ms high, 125–250 ms medium and low; spacing
// 50–125 ms high, 125–250 ms medium; between 3rd and 4th pulse two spacings and a pulse; 0.35–1.30 s between
// the halves; fundamental 150–1000 Hz; at least four harmonics within 15 dB of it; rise 10–40 % of a pulse). Lengths and
// spacings keep to it whether they are measured from silence to silence or where a pulse has 90 % of its level.
(function (chairside) {
  const HARMONICS = [1, 0.8, 0.7, 0.6, 0.5, 0.4]; // the weakest is 8 dB below the fundamental
  const PATTERNS = {
    high: { pulse_s: 0.15, spacing_s: 0.08, half_gap_s: 0.6, groups: [3, 2, 3, 2], pitch_hz: 660, every_s: 10 },
    medium: { pulse_s: 0.2, spacing_s: 0.17, half_gap_s: 0, groups: [3], pitch_hz: 440, every_s: 25 },
    low: { pulse_s: 0.2, spacing_s: 0.17, half_gap_s: 0, groups: [2], pitch_hz: 330, every_s: 30 },
  };
  const EDGE = 2 / 15; // rise and fall, of a pulse's length
  const LEVEL = 0.5;

  /** The moments a burst's pulses begin, in seconds from its own beginning. */
  function pulseTimes({ pulse_s, spacing_s, half_gap_s, groups }) {
    const times = [];
    let at = 0;
    groups.forEach((pulses, group) => {
      for (let n = 0; n < pulses; n += 1) {
        times.push(at);
        at += pulse_s + spacing_s;
      }
      at += group % 2 === 0 ? pulse_s + spacing_s : half_gap_s - spacing_s;
    });
    return times;
  }

  /** How long a burst lasts, in seconds. */
  const length = (pattern) => pulseTimes(pattern).at(-1) + pattern.pulse_s;

  /** Puts one pulse of `pulse_s` seconds at `at` into a gain, rising and falling without a click. */
  function shape(gain, at, pulse_s) {
    const edge = EDGE * pulse_s;
    gain.setValueAtTime(0, at);
    gain.linearRampToValueAtTime(LEVEL, at + edge);
    gain.setValueAtTime(LEVEL, at + pulse_s - edge);
    gain.linearRampToValueAtTime(0, at + pulse_s);
  }

  function voice(ctx, out, pitch_hz) {
    const wave = ctx.createPeriodicWave(new Float32Array(HARMONICS.length + 1), Float32Array.of(0, ...HARMONICS));
    const tone = ctx.createOscillator();
    const envelope = ctx.createGain();
    tone.setPeriodicWave(wave);
    tone.frequency.value = pitch_hz;
    envelope.gain.value = 0;
    tone.connect(envelope).connect(out);
    return { tone, gain: envelope.gain };
  }

  /** Schedules a burst of "high", "medium" or "low" into `out`, beginning at `at` on the audio clock. */
  function schedule(ctx, out, priority, at) {
    const pattern = PATTERNS[priority];
    const { tone, gain } = voice(ctx, out, pattern.pitch_hz);
    for (const time of pulseTimes(pattern)) shape(gain, at + time, pattern.pulse_s);
    tone.start(at);
    tone.stop(at + length(pattern) + 0.05);
  }

  /** Two soft rising tones, like no alarm: so that whoever arms the sound hears that it works. */
  function selfTest(ctx, out) {
    [440, 660].forEach((pitch_hz, n) => {
      const at = ctx.currentTime + 0.05 + n * 0.22;
      const { tone, gain } = voice(ctx, out, pitch_hz);
      shape(gain, at, 0.2);
      tone.start(at);
      tone.stop(at + 0.25);
    });
  }

  /** One soft short tone, like no alarm: somebody made something quiet that would sound. */
  function reminder(ctx, out) {
    const soft = ctx.createGain();
    soft.gain.value = 0.4;
    soft.connect(out);
    const at = ctx.currentTime + 0.05;
    const { tone, gain } = voice(ctx, soft, 523);
    shape(gain, at, 0.3);
    tone.start(at);
    tone.stop(at + 0.35);
  }

  chairside.burst = { PATTERNS, pulseTimes, length, schedule, selfTest, reminder };
})((window.chairside ??= { views: {} }));
