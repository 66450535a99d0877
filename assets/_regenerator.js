"use strict";
// What Dash's scripts need of its polyfill of 100 kB, which is therefore not loaded: steps one after the other, for a
// component that comes later. Anything else that they come to need fails here, by name.
window.regeneratorRuntime ??= {
  mark: (steps) => steps,
  wrap(steps) {
    let done = false;
    const context = { prev: 0, next: 0, stop: () => { done = true; } };
    return {
      next() {
        const value = steps(context);
        return { value, done };
      },
      throw(error) {
        throw error;
      },
    };
  },
};
