//! Statements made of a `winter_air::Air`: its constraints are evaluated as they are written, all else is done here.

use super::{Assertion, Base, Cubic, Options, Shape, Statement};
use winter_air::{Air, AuxRandElements, BatchingMethod, EvaluationFrame, FieldExtension};
use winter_math::fields::CubeExtension;
use winter_math::fields::f64::BaseElement;
use winter_math::{FieldElement, ToElements};

/// An element of winterfell's extension.
pub type Element = CubeExtension<BaseElement>;

/// The same element there.
pub fn to_winterfell(element: &Cubic) -> Element {
    let [a, b, c] = element.0.map(|base| BaseElement::new(base.0));
    CubeExtension::new(a, b, c)
}

/// The same element here.
pub fn from_winterfell(element: &Element) -> Cubic {
    Cubic(element.to_base_elements().map(|base| Base(base.as_int())))
}

/// The statement of an `Air` instance.
pub struct AirStatement<A> {
    air: A,
    public: Vec<Base>,
}

impl<A: Air<BaseField = BaseElement>> AirStatement<A> {
    /// An instance and the public inputs it was made with.
    pub fn new(air: A, public: &A::PublicInputs) -> Self {
        let public = public.to_elements().into_iter().map(|element| Base(element.as_int())).collect();
        AirStatement { air, public }
    }
}

fn many(elements: &[Cubic]) -> Vec<Element> {
    elements.iter().map(to_winterfell).collect()
}

impl<A: Air<BaseField = BaseElement>> Statement for AirStatement<A> {
    fn shape(&self) -> Shape {
        let (context, trace, options) = (self.air.context(), self.air.trace_info(), self.air.options());
        let fri = options.to_fri_options();
        assert_eq!(options.field_extension(), FieldExtension::Cubic);
        assert_eq!(options.constraint_batching_method(), BatchingMethod::Linear);
        assert_eq!(options.deep_poly_batching_method(), BatchingMethod::Linear);
        Shape {
            main_width: trace.main_trace_width(),
            aux_width: trace.aux_segment_width(),
            randoms: trace.get_num_aux_segment_rand_elements(),
            log2_rows: trace.length().ilog2(),
            transitions: context.num_transition_constraints(),
            assertions: context.num_assertions(),
            quotient_columns: context.num_constraint_composition_columns(),
            exempt: context.num_transition_exemptions(),
            options: Options {
                queries: options.num_queries(),
                blowup: options.blowup_factor(),
                grinding: options.grinding_factor(),
                folding: fri.folding_factor(),
                remainder_degree: fri.remainder_max_degree(),
            },
        }
    }

    fn public(&self) -> Vec<Base> {
        self.public.clone()
    }

    fn periodic(&self) -> Vec<Vec<Base>> {
        let columns = self.air.get_periodic_column_values();
        columns.iter().map(|column| column.iter().map(|cell| Base(cell.as_int())).collect()).collect()
    }

    fn transitions(
        &self,
        now: &[Cubic],
        next: &[Cubic],
        periodic: &[Cubic],
        randoms: &[Cubic],
    ) -> Vec<Cubic> {
        let (context, width) = (self.air.context(), self.air.trace_info().main_trace_width());
        let frame = |columns: std::ops::Range<usize>| {
            EvaluationFrame::from_rows(many(&now[columns.clone()]), many(&next[columns]))
        };
        let (main, periodic) = (frame(0..width), many(periodic));
        let mut values = vec![Element::ZERO; context.num_main_transition_constraints()];
        self.air.evaluate_transition(&main, &periodic, &mut values);
        let mut aux_values = vec![Element::ZERO; context.num_aux_transition_constraints()];
        if now.len() > width {
            let (aux, randoms) = (frame(width..now.len()), AuxRandElements::new(many(randoms)));
            self.air.evaluate_aux_transition(&main, &aux, &periodic, &randoms, &mut aux_values);
        }
        values.iter().chain(&aux_values).map(from_winterfell).collect()
    }

    fn assertions(&self, randoms: &[Cubic]) -> Vec<Assertion> {
        let main = self.air.get_assertions().into_iter().map(|assertion| {
            assert!(assertion.is_single());
            let value = Base(assertion.values()[0].as_int()).into();
            Assertion { aux: false, column: assertion.column(), row: assertion.first_step(), value }
        });
        let randoms = AuxRandElements::new(many(randoms));
        let aux = self.air.get_aux_assertions(&randoms).into_iter().map(|assertion| {
            assert!(assertion.is_single());
            let value = from_winterfell(&assertion.values()[0]);
            Assertion { aux: true, column: assertion.column(), row: assertion.first_step(), value }
        });
        main.chain(aux).collect()
    }
}
