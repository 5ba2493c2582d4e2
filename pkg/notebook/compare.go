package notebook

import "hgn.local/pkg/figures"

// Compare puts two runs or more of one kind side by side, in one picture: the errors over their trainings, on training
// batches and on held-out data, and what they have learned: of videos the dynamics forward, backward, at double and at half
// speed from the first frame of a test video, of densities in the plane the densities. Below it stand their measures.
func Compare(compared ...*Run) {
	cell(func() error {
		if len(compared) < 2 {
			return mistake("nb.Compare needs two runs, for example nb.Compare(nb.Open(\"leapfrog\"), nb.Open(\"euler\"))")
		}
		for _, r := range compared {
			if r == nil {
				return mistake("one of the runs of nb.Compare is nil: open it with nb.Open")
			}
		}
		p, note, err := figures.Compare(0, drawn(compared)...)
		if err != nil {
			return err
		}
		if err := showPicture(Folder(), "compare", "Errors over the trainings of several runs, and what each has learned", p); err != nil {
			return err
		}
		if note != "" {
			showNote("%s", note)
		}
		if compared[0].OfDensity() {
			return showDensityTable(compared)
		}
		return showTable(compared)
	})
}
