package dataset

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/maruel/natural"

	"hgn.local/pkg/badinput"
)

// number matches the numbers in a name that may be times: whole numbers, decimals with a point or a comma, and powers
// of ten as programs write them, always with a sign (1e-05). Digits in three or more parts are a date or a version,
// see numbersOf.
var number = regexp.MustCompile(`\d+(?:[.,]\d+)*(?:[eE][+-]\d+)?`)

// token is a number in a name.
type token struct {
	text     string // text of the number in the name
	fraction string // the digits behind the point; "" if there are none
	value    float64
}

// numbersOf returns the numbers of a name and the text around them. A minus belongs to the number if no letter,
// digit, blank or hyphen stands before it, as in "t=-0.5"; in "frame-10" it does not.
func numbersOf(name string) (numbers []token, around string) {
	var text strings.Builder
	end := 0
	for _, at := range number.FindAllStringIndex(name, -1) {
		start, stop := at[0], at[1]
		if start > end && name[start-1] == '-' && (start == 1 || strings.ContainsRune("=_([{,;:", rune(name[start-2]))) {
			start--
		}
		text.WriteString(name[end:start])
		text.WriteByte(0)
		end = stop
		found := strings.Replace(name[start:stop], ",", ".", 1)
		t := token{text: name[start:stop]}
		if v, err := strconv.ParseFloat(found, 64); err == nil {
			mantissa, _, _ := strings.Cut(strings.ToLower(found), "e")
			_, t.fraction, _ = strings.Cut(mantissa, ".")
			t.value = v
		}
		numbers = append(numbers, t)
	}
	text.WriteString(name[end:])
	return numbers, text.String()
}

// inOrder sorts entries by their names, in natural order: frame2 comes before frame10. If names with the same text
// around their numbers differ in a number with a fraction, that number is a time: they are sorted by its value, 0.125
// before 0.5. Digits behind a point may be a counter as well (1.9, 1.10); inOrder refuses names that can be read
// either way. Key returns the name of an entry without its extension.
func inOrder[E any](entries []E, key func(E) string) error {
	slices.SortStableFunc(entries, func(a, b E) int { // names that are equal in natural order, such as 0 and 00, have an order too
		return cmp.Or(natural.Compare(key(a), key(b)), cmp.Compare(key(a), key(b)))
	})
	if len(entries) < 2 {
		return nil
	}
	type named struct {
		entry   E
		numbers []token
	}
	all := make([]named, len(entries))
	var around string
	for i, e := range entries {
		numbers, text := numbersOf(key(e))
		if i > 0 && text != around {
			return differentUnits(key(entries[0]), key(e), around, text)
		}
		all[i], around = named{e, numbers}, text
	}
	decimal := false
	for column := range all[0].numbers {
		tokens := make([]token, len(all))
		for i := range all {
			tokens[i] = all[i].numbers[column]
		}
		switch reading(tokens) {
		case counters:
			return nil
		case unclear:
			return badinput.Errorf("the order of names such as %s and %s is not clear, for the digits behind a point may be a fraction or a count: give all numbers as many digits (0.050, 0.500)",
				key(entries[0]), key(entries[1]))
		case decimals:
			decimal = true
		}
	}
	if decimal {
		slices.SortStableFunc(all, func(a, b named) int {
			return slices.CompareFunc(a.numbers, b.numbers, func(x, y token) int { return cmp.Compare(x.value, y.value) })
		})
		for i := range all {
			entries[i] = all[i].entry
		}
	}
	return nil
}

// The ways to read the numbers at one place of names.
const (
	whole    = iota // without fractions, or with fractions of one length: the natural order is the order of values
	decimals        // with fractions, powers of ten or a minus
	counters        // 1.1, 1.2, ..., 1.9, 1.10: a count behind a point
	unclear
)

// reading tells what the numbers at one place of names mean. Programs that write times leave out the zeros at the end
// of a fraction, all of them or none; counters have no leading zeros, and skip none of 10, 11, ....
func reading(tokens []token) int {
	lengths, trailing, leading, signed := map[int]bool{}, false, false, false
	counts := map[string][]int{}
	for _, t := range tokens {
		signed = signed || strings.ContainsAny(t.text, "-+")
		lengths[len(t.fraction)] = true
		if len(t.fraction) > 1 {
			trailing = trailing || strings.HasSuffix(t.fraction, "0")
			leading = leading || strings.HasPrefix(t.fraction, "0")
		}
		if n, err := strconv.Atoi(t.fraction); err == nil {
			before := t.text[:len(t.text)-len(t.fraction)]
			counts[before] = append(counts[before], n)
		}
	}
	switch {
	case signed:
		return decimals
	case len(lengths) == 1:
		return whole
	case leading || !trailing:
		return decimals
	}
	for _, n := range counts { // counters skip none
		slices.Sort(n)
		if n = slices.Compact(n); n[len(n)-1]-n[0] != len(n)-1 {
			return unclear
		}
	}
	return counters
}

// differentUnits refuses names with times in different units, such as 500ms and 1s; other names get the natural
// order.
func differentUnits(a, b, around, text string) error {
	unit := func(s string) (before, unit string) {
		at := strings.LastIndexByte(s, 0) + 1
		return s[:at], strings.ToLower(strings.TrimSpace(s[at:]))
	}
	beforeA, x := unit(around)
	beforeB, y := unit(text)
	units := []string{"ns", "us", "µs", "ms", "s", "sec", "min", "h"}
	if beforeA == beforeB && slices.Contains(units, x) && slices.Contains(units, y) {
		return badinput.Errorf("the names %s and %s give times in different units: rename the files so that all are in one", a, b)
	}
	return nil
}

// evenTimes refuses sorted frames whose names give unevenly spaced times: a frame is missing, or they were taken at
// unequal intervals. Only fractions count as times.
func evenTimes[E any](frames []E, key func(E) string) error {
	if len(frames) < 3 {
		return nil
	}
	var times [][]token
	digits, varies := 0, -1
	for i, f := range frames {
		numbers, _ := numbersOf(key(f))
		times = append(times, numbers)
		if len(numbers) != len(times[0]) {
			return nil
		}
		for column, t := range numbers {
			if t.value == times[0][column].value {
				continue
			}
			if varies >= 0 && varies != column {
				return nil // the frames do not differ in a single number
			}
			varies = column
			digits = max(digits, len(t.fraction), len(times[i-1][column].fraction))
			if strings.ContainsAny(t.text, "eE") {
				digits = 300 // exact except for the rounding of the numbers themselves
			}
		}
	}
	if varies < 0 || digits == 0 {
		return nil
	}
	first, last := times[0][varies].value, times[len(times)-1][varies].value
	step := (last - first) / float64(len(times)-1)
	unit := math.Max(math.Pow(10, -float64(digits)), 1e-9*math.Max(math.Abs(first), math.Abs(last)))
	for i, t := range times {
		if want := first + float64(i)*step; math.Abs(t[varies].value-want) > 1.01*unit {
			return badinput.Errorf("the names give times that are not evenly spaced, %s and %s for example: a frame is missing, or they were not taken at equal distances",
				key(frames[max(i-1, 0)]), key(frames[i]))
		}
	}
	return nil
}
