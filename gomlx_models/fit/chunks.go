package fit

// Chunks calls f for every run of at most size items of n, one after the other, and stops at the first error.
func Chunks(n, size int, f func(from, n int) error) error {
	for from := 0; from < n; from += size {
		if err := f(from, min(size, n-from)); err != nil {
			return err
		}
	}
	return nil
}
