//! The plots, as SVG that follows the reader's light or dark scheme.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::measure::Measured;

/// The colours of the light scheme. The dark scheme replaces them by their counterparts; see [`STYLE`].
const GROUND: RGBColor = RGBColor(0xfd, 0xfd, 0xfc);
const INK: RGBColor = RGBColor(0x1f, 0x23, 0x28);
const GRID: RGBColor = RGBColor(0xd0, 0xd7, 0xde);
const BLUE: RGBColor = RGBColor(0x2f, 0x6f, 0xd0);
const AMBER: RGBColor = RGBColor(0xa8, 0x72, 0x00);
const GREY: RGBColor = RGBColor(0x8c, 0x95, 0x9f);

/// Selects by the colours as the backend writes them.
const STYLE: &str = "<style>\n\
text { font-family: ui-sans-serif, system-ui, -apple-system, \"Segoe UI\", Roboto, \"DejaVu Sans\", sans-serif; }\n\
@media (prefers-color-scheme: dark) {\n\
  [fill=\"#FDFDFC\"] { fill: #0d1117; }\n\
  [fill=\"#1F2328\"] { fill: #e6edf3; } [stroke=\"#1F2328\"] { stroke: #e6edf3; }\n\
  [fill=\"#D0D7DE\"] { fill: #30363d; } [stroke=\"#D0D7DE\"] { stroke: #30363d; }\n\
  [fill=\"#2F6FD0\"] { fill: #5b96e8; } [stroke=\"#2F6FD0\"] { stroke: #5b96e8; }\n\
  [fill=\"#A87200\"] { fill: #cf9a2c; } [stroke=\"#A87200\"] { stroke: #cf9a2c; }\n\
  [fill=\"#8C959F\"] { fill: #6e7781; } [stroke=\"#8C959F\"] { stroke: #6e7781; }\n\
}\n</style>";

const WIDTH: u32 = 800;
const ROW: u32 = 44;
const LABELS: u32 = 200;

type Chart<'a, 'b> = ChartContext<
    'a,
    SVGBackend<'b>,
    Cartesian2d<plotters::coord::types::RangedCoordf64, plotters::coord::types::RangedCoordf64>,
>;

/// One horizontal mark: from where to where, in which row, how thick, in which colour.
struct Bar {
    from: f64,
    to: f64,
    row: f64,
    thickness: f64,
    colour: RGBColor,
}

/// The median as a dot, and a line to the 99th percentile.
pub(crate) fn latency(measured: &[Measured]) -> String {
    let rows = measured.iter().enumerate();
    let marks = rows.flat_map(|(index, measured)| {
        let times = [(measured.answer, BLUE, -0.17), (measured.done, AMBER, 0.17)];
        times.map(|(times, colour, shift)| Bar {
            from: times.p50,
            to: times.p99,
            row: position(index) + shift,
            thickness: 0.05,
            colour,
        })
    });
    let legend = [
        ("the person has an answer", BLUE),
        ("all is done, without the person's own time", AMBER),
    ];
    let title = "milliseconds: median (dot) to 99th percentile";
    draw(measured, title, &legend, &marks.collect::<Vec<_>>(), true)
}

/// Billed time, and the part of it that is billed twice.
pub(crate) fn billed(measured: &[Measured]) -> String {
    let rows = measured.iter().enumerate();
    let marks = rows.flat_map(|(index, measured)| {
        let billing = measured.billing;
        let own = billing.billed_millis - billing.double_billed_millis - billing.handing_over_millis;
        let parts = [
            (own, BLUE),
            (billing.handing_over_millis, GREY),
            (billing.double_billed_millis, AMBER),
        ];
        stack(index, parts)
    });
    let legend = [
        ("work", BLUE),
        ("waiting until a service has taken over", GREY),
        ("waiting for a function (double-billed)", AMBER),
    ];
    let title = "billed milliseconds of a sign-up, mean";
    draw(measured, title, &legend, &marks.collect::<Vec<_>>(), false)
}

/// The price, and what of it is paid for joining the functions.
pub(crate) fn dollars(measured: &[Measured]) -> String {
    let rows = measured.iter().enumerate();
    let marks = rows.flat_map(|(index, measured)| {
        let [lambda, api, joining] = measured.dollars_by_part();
        stack(index, [(lambda, BLUE), (api, GREY), (joining, AMBER)])
    });
    let legend = [
        ("Lambda", BLUE),
        ("HTTP API", GREY),
        ("joining them: transitions, messages, operations", AMBER),
    ];
    let title = "US dollars for a million sign-ups";
    draw(measured, title, &legend, &marks.collect::<Vec<_>>(), false)
}

fn stack<const N: usize>(index: usize, parts: [(f64, RGBColor); N]) -> [Bar; N] {
    let mut from = 0.0;
    parts.map(|(length, colour)| {
        let bar = Bar {
            from,
            to: from + length,
            row: position(index),
            thickness: 0.28,
            colour,
        };
        from = bar.to;
        bar
    })
}

#[expect(clippy::cast_precision_loss, reason = "there are a few rows")]
fn position(index: usize) -> f64 {
    index as f64 + 0.5
}

#[expect(
    clippy::expect_used,
    reason = "drawing into a string fails for nothing that is drawn here"
)]
fn draw(measured: &[Measured], title: &str, legend: &[(&str, RGBColor)], bars: &[Bar], dots: bool) -> String {
    let rows = u32::try_from(measured.len()).expect("there are a few rows");
    let height = 70 + ROW * rows + 24;
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area();
        root.fill(&GROUND).expect("it is drawn");
        let longest = bars.iter().fold(0.0_f64, |longest, bar| longest.max(bar.to));
        let mut chart: Chart<'_, '_> = ChartBuilder::on(&root)
            .margin_top(64)
            .margin_right(30)
            .margin_left(LABELS)
            .x_label_area_size(24)
            .build_cartesian_2d(0.0..longest * 1.04, f64::from(rows)..0.0)
            .expect("the chart has an area");
        chart
            .configure_mesh()
            .disable_y_mesh()
            .disable_y_axis()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID)
            .axis_style(GRID)
            .x_labels(8)
            .x_label_formatter(&|value| crate::table::whole(*value))
            .label_style(("sans-serif", 12).into_font().color(&INK))
            .draw()
            .expect("it is drawn");
        for bar in bars {
            let corners = [
                (bar.from, bar.row - bar.thickness),
                (bar.to, bar.row + bar.thickness),
            ];
            let rectangle = Rectangle::new(corners, bar.colour.filled());
            chart.draw_series([rectangle]).expect("it is drawn");
            if dots {
                let dot = Circle::new((bar.from, bar.row), 5, bar.colour.filled());
                chart.draw_series([dot]).expect("it is drawn");
            }
        }
        let text = |size: u32, horizontal| {
            let style = ("sans-serif", size).into_font().color(&INK);
            style.pos(Pos::new(horizontal, VPos::Center))
        };
        for (index, measured) in measured.iter().enumerate() {
            let (_, y) = chart.backend_coord(&(0.0, position(index)));
            let x = i32::try_from(LABELS).expect("the labels are narrow") - 8;
            let label = measured.name.to_string();
            root.draw(&Text::new(label, (x, y), text(13, HPos::Right)))
                .expect("it is drawn");
        }
        root.draw(&Text::new(title.to_owned(), (16, 18), text(15, HPos::Left)))
            .expect("it is drawn");
        let mut x = 16;
        for (label, colour) in legend {
            let swatch = Rectangle::new([(x, 38), (x + 12, 50)], colour.filled());
            root.draw(&swatch).expect("it is drawn");
            root.draw(&Text::new(
                (*label).to_owned(),
                (x + 18, 44),
                text(12, HPos::Left),
            ))
            .expect("it is drawn");
            x += 40 + 7 * i32::try_from(label.len()).expect("labels are short");
        }
        root.present().expect("it is drawn");
    }
    let styled = svg.replacen('>', &format!(">\n<title>{title}</title>\n{STYLE}"), 1);
    styled + "\n"
}
