// What Node takes by itself: starts, prints, ends.
console.log('nothing');
